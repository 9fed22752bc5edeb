"""What lesson 7 says, held against what its code does; run below the cell of each name."""

# %% capstone-06-three
assert round(fewer, 6) == 0.3
assert overlaps[10_000] == [True, True, False, False, False]
assert overlaps[1_000] == [True, True, True, True, False]

# %% capstone-10-limits-numbers
assert abs(last["A"].train.accuracy - 0.95) < 0.03
assert abs(last["A"].validation.accuracy - 0.80) < 0.03
assert last["B"].validation.accuracy - charts["B"][-2].validation.accuracy > 0.02
assert last["C"].validation.accuracy < charts["C"][0].validation.accuracy
assert abs(last["D"].train.accuracy - last["D"].validation.accuracy) < 0.04
assert last["D"].validation.accuracy < 0.8

# %% capstone-14-more-picture
narrow, wide = reached[..., 1].mean(axis=2)  # on fresh images, (size,) each
assert abs(narrow[-1] - narrow[-2]) < 0.025
assert wide[-1] - wide[1] > 0.015
assert wide[-1] - narrow[-1] > 0.04
assert gap[0, 2:].max() < 0.035
assert gap[1, :2].min() > 0.12

# %% capstone-17-label
five = seven_segments("##### #.... #.... ##### ....# ....# #####")
nine = seven_segments("##### #...# #...# ##### ....# ....# #####")
assert torch.equal(two.flip(1), five)
assert torch.equal(six.rot90(2), nine)

# %% capstone-19-label-classes
clothes, boots = [0, 1, 2, 3, 4, 8], 9
assert (table[clothes, 1] - table[clothes, 0]).abs().max() < 0.08
assert table[boots, 0] > 0.95
assert table[boots, 1] < 0.1
assert table[:, 2].mean() < 0.5
assert table[4, 5] < 0.5
assert table[6, 6] < 0.4

# %% capstone-24-buys-picture
assert tilt["turned"] - tilt["as they are"] > 8
assert 0.5 < upright["as they are"] - upright["turned"] < 4
assert np.mean(learnt["as they are"]) - np.mean(learnt["turned"]) > 0.05

# %% capstone-27-budget
assert count["flatten"][-1] == 7 * 7 * 32 * 10 + 10 == 15_690
assert round(15_690 / sum(count["flatten"]), 2) == 0.77
assert sum(count["global pooling"]) == 5_130

# %% capstone-29-budget-dials
assert cost["flatten instead"][1] < 1.05 * cost["as it is"][1]
assert cost["flatten instead"][0] == 20_490

# %% capstone-31-budget-measured
assert flattened - shallow > 0.04
assert deeper - shallow > 0.03

# %% capstone-32-budget-largest
assert average.flatten().allclose(torch.tensor(0.1))
assert largest.flatten().allclose(torch.tensor([4.9, 0.1]))

# %% capstone-34-norm
assert trained.shape == batch.shape
assert trained.mean(dim=(0, 2, 3)).abs().max() < 0.01
assert (trained.std(dim=(0, 2, 3)) - 1).abs().max() < 0.01
assert sum(tensor.numel() for tensor in norm.parameters()) == 4
assert evaluated[:, 0].mean() > 10

# %% capstone-36-norm-rates
best = by_rate.mean(axis=2).max(axis=1)
assert best[1] - best[0] > 5
assert by_rate[0, -1].max() < 20
assert by_rate[1, :4].min() > 70
assert by_rate[0].max() < 70

# %% capstone-37-draws-picture
light = {key: row.mean() for key, row in by_draws.items()}
assert light[True, "one draw an image"] - light[True, "one draw a batch"] > 2
assert light[True, "one draw a batch"] - light[True, "never darkened"] > 4
assert abs(light[False, "one draw an image"] - light[False, "one draw a batch"]) < 4
assert light[False, "one draw an image"] - light[False, "never darkened"] > 8
assert 4 * 40 == 160  # draws in four passes
assert 4 * 4_000 == 16_000

# %% capstone-37-draws-index
assert taken.shape == (8, 14, 1, 14)
assert once.shape == photos.shape
assert torch.equal(once, again)
assert not torch.equal(once, photos)
assert torch.equal(photos, small[:8])

# %% capstone-37-around-picture
plain_sizes, around_sizes = first_gradient.values()
assert (np.array(plain_sizes[1:]) < np.array(plain_sizes[:-1]) / 1_000).all()
assert 0.1 < around_sizes[-1] / around_sizes[0] < 100
assert max(climbed[False, False]) < 20
assert min(climbed[False, True]) > 60
assert min(climbed[True, False]) > 60
assert min(climbed[True, True]) > 60

# %% capstone-40-one-more
assert abs(gains["placebo"][0]) < 2.5
assert gains["batch norm"][0] > 1
assert gains["twice the width"][0] > 0.5
assert gains["twice the depth"][0] < -3

# %% capstone-44-depend
assert corner["depth and norm"] - added > 4
assert corner["depth and norm"] > corner["baseline"] + 1.5

# %% capstone-47-looks
assert envelope.looks == 1
assert lead.mean() > 1
assert only_second > only_first
assert all(0.5 < results[name].mean() - scores[name].mean() < 2.5 for name in finalists)
assert round(100 * 1.96 * np.sqrt(0.85 * 0.15 / 1_000), 1) == 2.2

# %% capstone-51-report
assert headlines["mean of seeds, test images"] == min(headlines.values())
assert len(report) == 8

# %% capstone-52-soft-trained
assert lowest[0] == 12
assert abs(lowest[1] - 4.5) < 0.1
assert abs(softened["soft labels"][0]) < 1.5
assert fresh_loss["soft labels"] - fresh_loss["depth and norm"] > 0.04

# %% capstone-52-average-picture
steady_gain = averaged["steady rate"][:, 2] - averaged["steady rate"][:, 0]
assert steady_gain.mean() > 1
assert abs((averaged["one cycle"][:, 2] - averaged["one cycle"][:, 0]).mean()) < 1.5
borrowed, own = averaged["steady rate"][:, 1:].mean(axis=0)
assert own - borrowed > 0.5
assert round(1 - 0.98, 2) == 0.02

# %% capstone-52-mirror-picture
assert asked_twice["depth and norm"].mean() < -5
assert -0.5 < asked_twice["mirrored"].mean() < 2
assert results["depth and norm"].mean() - results["mirrored"].mean() > 0.3

# %% capstone-52-time-run
assert times_faster > 5
assert steps_of == {5: 50, 50: 5, 250: 1}

# %% capstone-52-time-limit
products = 784 * 9 * (16 + 16 * 16) + 196 * 9 * (16 * 32 + 32 * 32) + 49 * 32 * 10
assert learning == 3 * 250 * products
assert share > 0

# %% capstone-52-race-picture
for found in race.values():
    by_pass = found.mean(axis=0)
    assert goal - by_pass[3] > 1
    assert by_pass[5] < goal + 0.5
assert race["steady 0.1"].mean(axis=0)[1] > race["steady 0.01"].mean(axis=0)[1]
assert race["steady 0.1"].mean(axis=0).max() > 80

# %% capstone-52-devices-run
assert off["halves"] < 1e-4
assert 1e-3 < off["with norm"] < 1
assert 1e-3 < off["70 and 30"] < 1
assert low.dtype == torch.bfloat16
assert twin[0].weight.dtype == torch.float32

# %% capstone-56-quiz-check
assert round(0.3 * np.sqrt(2), 1) == 0.4
assert 0.25 < often < 0.35
assert ladder.max() < 0.954  # the published figure, above the last rung
assert abs(data.images.float().mean() / 255 - 0.2860) < 0.005  # the mean and std of "Your turn"
assert abs(data.images.float().std() / 255 - 0.3530) < 0.005
