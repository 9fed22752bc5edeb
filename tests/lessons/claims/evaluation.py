"""What lesson 5 says, held against what its code does; run below the cell of each name."""

# %% evaluation-06-ten
assert 800 <= right <= 850
assert round(right / 10) == 83
assert by_class.argmin() == 6
assert by_class[6] < 0.5
assert by_class[9] > 0.9
assert by_class[1] >= 0.88
assert by_class[8] > 0.9
assert 0.4 < by_class[2] < 0.6
assert (by_class > 0.85).sum() == 8

# %% evaluation-08-first-line-try
assert int((~hits).sum()) == len(hits) - right

# %% evaluation-10-order
assert counts["in order, eval mode"] == counts["logits instead of probabilities"] == right
assert counts["loader shuffled"] < 200
assert not torch.equal(*with_dropout)
assert max(counts["train mode, first pass"], counts["train mode, second pass"]) < right
assert logits.max() > 10
assert counts["softmax over the batch"] != right
assert torch.allclose(shares.sum(dim=1), torch.ones(1000), atol=1e-5)
assert not torch.allclose(logits.sum(dim=1), torch.ones(1000), atol=1)
assert not shares.requires_grad

# %% evaluation-12-parts-run
assert str(said).startswith("RuntimeError")
assert (len(parts), len(parts[-1])) == (125, 1)
assert torch.equal(brightness, some.mean(dim=(1, 2)))

# %% evaluation-14-rows
assert tally[0, 1] == pairs.count(("cat", "dog")) == 2
assert tally[1, 0] == pairs.count(("dog", "cat")) == 1
assert tally.sum(dim=1).tolist() == [6, 4, 2]
assert tally.sum() == 12
assert tally.diagonal().sum() == 8
assert tally.T[1, 0] == 2  # turned round, row dog, column cat

# %% evaluation-16-counting-run
assert faces.sum() == 20

# %% evaluation-18-real
assert matrix.sum() == 1_000
assert matrix.diagonal().sum() == right
assert set(worst) < {0, 2, 4, 6}

# %% evaluation-20-real-check
assert inside > 0.85 * off.sum()
assert off[9, 6] == 0

# %% evaluation-22-precision
assert 3 / row.sum() == 0.75
assert 3 / column.sum() == 0.6
assert round(2 * 0.6 * 0.75 / (0.6 + 0.75), 2) == 0.67

# %% evaluation-27-never
assert torch.isnan(no_owls[2, 2] / called_owl)
assert no_owls[2, 2] / owls == 0
assert np.isnan(mean_precision)

# %% evaluation-30-surest
assert 5 <= len(sure_and_wrong) <= 40

# %% evaluation-24-precision-macro
assert round(over_images, 6) == 0.9
assert round(over_classes, 6) == 0.5

# %% evaluation-33-reliability
assert torch.equal(boasting.argmax(dim=1), guesses)
assert abs(gaps["the model"]) < 0.06
assert gaps["the boaster"] > 0.08

# %% evaluation-35-reliability-check
assert losses[1] > 2 * losses[0]

# %% evaluation-37-impossible
assert honest == 0.7
assert round(averaged, 4) == 0.5833
assert round(10 * averaged, 2) == 5.83
assert round(images, 2) == 8837.86
assert (possible[0], possible[-1]) == (88.35, 88.41)
assert [place for place in possible if 88.37 <= place <= 88.38] == [88.37, 88.38]

# %% evaluation-40-sure
assert all(abs(halves[size] - rule[size]) < 0.15 for size in halves)
assert round(rule[1_000], 1) == 2.0
assert round(rule[10_000], 1) == 0.6

# %% evaluation-41-bell-run
assert round(ride.inv_cdf(0.9)) == 35
assert ride.inv_cdf(0.5) == 30
assert (round(standard.cdf(1.96), 3), round(standard.cdf(-1.96), 3)) == (0.975, 0.025)

# %% evaluation-43-inside
assert round(share + half, 3) == 1.086  # of nine
assert round(float(possible.min()), 2) == 0.72

# %% evaluation-46-kinds
ends = np.array(list(found[right].values()))  # (4, 2)
assert found[10]["rule of thumb"] == found[10]["bootstrap"] == (1.0, 1.0)
assert found[10]["Wilson"][0] < 0.75
assert found[9]["rule of thumb"][1] > 1
assert (ends.max(axis=0) - ends.min(axis=0) < 0.004).all()

# %% evaluation-49-promise
assert 2 <= missed.sum() <= 8

# %% evaluation-51-promise-coverage
assert round(at_twenty["rule of thumb"], 2) == 0.63
assert at_twenty["Wilson"] > 0.9
assert wilson == (0.91, 0.97)
assert max(covered["rule of thumb"][:5]) < 0.93
assert round(covered["rule of thumb"][0], 1) == 0.4

# %% evaluation-54-luck
assert round(100 * 1.96 * np.sqrt(0.828 * 0.172 / 1_000), 1) == 2.3
assert spread_of_seeds > 4
assert rights["linear"][0] == right

# %% evaluation-55-luck-intervals
assert spread_of_seeds > 5

# %% evaluation-59-better
assert 0.19 < often < 0.25

# %% evaluation-61-better-paired
assert abs(linear.sum() - 828) <= 5
assert abs(hidden.sum() - 848) <= 5
assert decisive < 100
assert luck < 0.03

# %% evaluation-63-better-seeds
assert abs(decisive - 46) <= 10
assert abs(only_hidden - 33) <= 5
assert abs(only_linear - 13) <= 5
assert (gains > 0).sum() == 7
assert 0.5 < gains.mean() < 2
assert gains.mean() > 2 * gains.std() / np.sqrt(8)
assert gains.min() <= 0
assert gains.max() > 2
assert round(gains.mean().item()) == 1
assert all(row.max() - row.min() > 50 for row in rights.values())

# %% evaluation-67-wears
assert abs(extra[0]) < 0.1
assert round(float(extra[4]), 1) == 1.8
assert round(float(extra[6]), 1) == 2.9

# %% evaluation-69-wears-sealed
assert abs(rights["linear"][chosen] / 1_000 - 0.844) <= 0.003
assert final < 0.842
assert envelope.looks == 1

# %% evaluation-72-six
with torch.inference_mode():
    assert thrown(fresh).isnan().all()

# %% evaluation-73-six-count
assert tables["C"].diagonal().sum() == right
assert (tables["B"].sum(dim=0) > 0).sum() == 1
assert (tables["D"][:, 5:] == 0).all()
assert tables["E"].diagonal(1).sum() > 600
assert max(tables[letter].diagonal().sum() for letter in "BEF") < 150
assert tables["A"][1, 8] > 50

# %% evaluation-76-died
assert abs(history[-1].train.accuracy - history[-1].validation.accuracy) < 0.02  # they do agree
assert abs(history[-1].validation.accuracy - 0.76) < 0.02

# %% evaluation-77-died-matrix
assert evidence[:, 3].sum() == 0

# %% evaluation-79-died-suspects
assert later == 0
assert (known_labels == 3).sum() > 350
assert by_class[3] > 0.9
assert outputs.min() == on_dresses.max() == 0

# %% evaluation-81-died-proof
assert after - before > 0.05
assert recalls[0][3] == 0
assert recalls[1][3] > 0.9
assert moved.argmax() == 3
assert moved.sort().values[-2] < 0.15
with torch.inference_mode():
    assert mended(fresh).min() < 0

# %% evaluation-85-leak
assert on_training > 0.99
assert abs(on_test - 0.96) < 0.015
assert handed_in[6, 6] / handed_in[6].sum() > 0.95
assert abs(recalls[1][6] - 0.55) < 0.08  # the shirts that the mended model of the first case found

# %% evaluation-87-leak-fresh
assert abs(on_ours - 0.83) < 0.02
assert max(told["our 1,000 fresh images"]) - told["our 1,000 fresh images"][4] < 0.03

# %% evaluation-89-leak-suspects
assert low > 0.93
assert abs(easy - 0.80) < 0.03
assert twins.sum() == 640
assert (handed_in.clone().fill_diagonal_(0) % 2).sum() <= 2
assert honest_way.min() > 0

# %% evaluation-91-leak-split
assert with_twin > 0.99
assert 0.75 < without < 0.88

# %% evaluation-93-leak-proof
assert len(different) == 2_000
assert nearest_twin(different[testing], different[training])[0].min() > 0
assert low < on_fresh < high
assert 40 / (40 + 10 + 0) == 0.8
assert 40 / (40 + 0 + 60) == 0.4
assert round(91.237 * 100, 1) == 9123.7
assert round(100 * 1.96 * np.sqrt(0.91 * 0.09 / 10_000), 1) == 0.6
