"""What lesson 3 says, held against what its code does; run below the cell of each name."""

# %% training-04-landscape
assert abs(best_slope - 2) < 0.3
assert abs(best_intercept - 1) < 0.3
assert (best_slope, best_intercept) != (2.0, 1.0)

# %% training-05-landscape-plot
assert 121**2 == 14_641

# %% training-09-gradient
assert abs(slope.grad.item() - by_hand) < 1e-5
assert slope.grad < 0 < intercept.grad

# %% training-10-first-line-try
assert abs(slope.item() - 0.3 * slope.grad.item() - 0.08) < 0.01

# %% training-11-descend
assert abs(slope.item() - best_slope) < 0.06
assert abs(intercept.item() - best_intercept) < 0.06

# %% training-15-backwards
values = [tensor.item() for _, _, tensor in arrows]
assert values == [0.5, 3, 1.5, 1, 2.5, 1, 1.5, 2.25]
assert [tensor.grad.item() for _, _, tensor in arrows] == [9, 1.5, 3, 3, 3, -3, 3, 1]
assert round(((0.5 + 0.01) * 3 + 1 - 1) ** 2 - 2.25, 2) == 0.09

# %% training-18-rate
assert curves[0.5][-1] < 0.15 < curves[0.01][-1]
assert curves[1.05][-1] > curves[1.05][0]

# %% training-21-pile
assert seen == [6.0, 12.0, 18.0]

# %% training-23-pile-curve
assert curves[True][-1] < 0.15
assert max(curves[False][30:]) > 10 * curves[True][-1]

# %% training-26-order
assert ends["forget, backward, step"] == ends["backward, step, forget"] == 1.92
assert ends["backward, forget, step"] == ends["forget, backward"] == 3.0
assert ends["step, backward"] == 2.4
assert ends["backward, step"] == 1.32
assert 2 * 2.4 == 4.8
assert round(2.4 - 0.1 * (6 + 4.8), 2) == round(2.4 - 0.1 * 10.8, 2) == 1.32

# %% training-29-remembers
assert traces[False][-1] < 1.0 < 2.0 < traces[True][-1]

# %% training-32-batches
assert sizes == [64, 64, 64, 8]
assert sum(sizes) == 200
assert abs(start - np.log(2)) < 1e-6
assert round(np.log(2), 3) == 0.693
assert round(np.log(10), 3) == 2.303

# %% training-34-batches-loop
assert used == 200
assert epoch_losses[-1] < 0.2 < epoch_losses[0] < start

# %% training-37-averages
assert round(over_batches, 3) == 1.333
assert round(over_images, 3) == 0.778
assert 10_000 % 32 == 16

# %% training-40-past
assert isinstance(things["the loss"], torch.Tensor)
assert isinstance(things["loss.item()"], float)
assert has_past == [True, False, False, False, False]

# %% training-42-past-errors
assert not F.cross_entropy(logits.argmax(dim=1).float(), labels.float()).requires_grad

# %% training-45-softmax
assert abs(once[0] - np.log(10)) < 1e-5
assert abs(twice[0] - np.log(10)) < 1e-5
assert once[-1] < 1e-6
assert abs(twice[-1] - 1.4612) < 1e-4
surely_wrong = F.cross_entropy(F.one_hot(torch.tensor([1]), 10).float(), torch.tensor([0]))
assert round((0.86 * twice[-1] + 0.14 * surely_wrong).item(), 1) == 1.6  # 86 % right, and sure
assert round(np.e / (np.e + 9), 3) == 0.232
assert round(-np.log(0.232), 2) == 1.46
assert torch.allclose(F.cross_entropy(rows, label), with_log)

# %% training-48-modes
assert torch.equal(dropout(ones), ones)
assert norm.running_mean.item() == 0.5

# %% training-50-modes-sticky
assert trained_in == ["train", "eval", "eval"]

# %% training-53-recording
assert table["eval", False] == (True, False)
assert table["eval", True] == (True, True)
assert table["train", False] == (False, False)

# %% training-56-schedule
assert abs(max(rates["batch"]) - 0.1) < 1e-3
assert len(set(rates["epoch"])) == 5
assert max(rates["epoch"]) < 0.01

# %% training-59-device
assert batch.device.type == "cpu"
assert layer.weight.device.type == "meta"

# %% training-60-whole-run
assert plan.last_epoch == total_steps == 20 * 7 == 140
assert used == 200
assert [epoch.epoch for epoch in story] == list(range(1, 21))
assert story[4].validation.loss > 10 * story[-1].validation.loss
assert story[-1].validation.loss < 0.01 < story[0].validation.loss

# %% training-62-seeds
assert all(agree[one][other] == (one == other) for one in agree for other in agree)
assert replayed[0] == replayed[1] == replayed[2]
assert len({tuple(order) for order in fresh}) == 3

# %% training-64-spread
assert ends.max() - ends.min() >= 10
assert abs(ends.mean() / 100 - 0.80) < 0.02

# %% training-67-case
assert log.shape == (2, 60)
assert log[0, :8].min() < 1 < 7 < log[0].max()
assert log[1].argmin() == 0
assert log[1].max() > 11

# %% training-70-case-lineup
assert early["rate too large"] > 5 > 2.2 > early["never forgets"]
assert max(late_size, key=late_size.get) == "never forgets"
assert late_size["rate too large"] < 5 < 7 < late_size["never forgets"]
assert late_size["softmax twice"] < 1

# %% training-72-case-match
assert apart[0] < 0.02
assert apart[1] < 0.1
assert min(others.values()) > 5

# %% training-74-case-cure
assert ends["forgets"].max() < 0.8
assert ends["... at a tenth of the rate"].min() > ends["forgets"].max()
assert ends["never forgets"].min() > 3
assert round(ends["forgets"].mean().item(), 1) == 0.6

# %% training-77-once
assert validation[picked] > 12
assert round(honest.item(), 1) == 9.9
assert reported[-1] > 12
assert (ours.opened, colleagues.opened) == (1, 300)

# %% training-79-once-opened
assert envelope.opened == 1
assert 180 <= hits <= 195
