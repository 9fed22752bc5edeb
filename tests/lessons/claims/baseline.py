"""What lesson 2 says, held against what its code does; run below the cell of each name."""

# %% baseline-02-setup
assert len(known) == 4_000
assert len(fresh) == 1_000

# %% baseline-04-templates
assert templates.shape == (10, 28, 28)
assert set(twins) == {2, 4}
assert CLASS_NAMES[templates.mean(dim=(1, 2)).argmin()] == "Sandal"

# %% baseline-05-first-line-try
assert (known_labels == 1).sum() == 440

# %% baseline-07-logits
assert linear.weight.shape == (10, 784)
assert logits.shape == (1_000, 10)
assert 690 <= right <= 705

# %% baseline-09-bars
assert winners == ["Sneaker", "Sandal", "T-shirt/top"]

# %% baseline-11-votes
assert total["Ankle boot"] > 2 * total["Coat"]
assert total["Coat"] == min(total.values())

# %% baseline-14-flatten
assert shapes["flatten()"] == shapes["view(-1)"] == (16,)
assert shapes["flatten(1)"] == shapes["view(-1, 4)"] == shapes["nn.Flatten()"] == (4, 4)

# %% baseline-17-probabilities
assert [round(share, 2) for share in scores.softmax(0).tolist()] == [0.67, 0.24, 0.09]
assert torch.allclose(scores.softmax(0), (scores + 100).softmax(0))
assert (scores * 3).softmax(0).max() > 0.94

# %% baseline-19-probabilities-axis
assert torch.allclose(two.softmax(1).sum(1), torch.ones(2))
assert torch.allclose(two.softmax(0).sum(0), torch.ones(3))

# %% baseline-22-surprise
assert np.allclose(-np.log([1, 0.5, 0.1, 0.001]), [0, 0.693, 2.303, 6.908], atol=0.001)
assert torch.isclose(F.cross_entropy(three, answers), each.mean())
assert abs(each[0].item() + np.log(three[0].softmax(0)[0].item())) < 1e-6
assert torch.isclose(each[1] - each[0], torch.tensor(2.0))

# %% baseline-23-each-run
assert paid["prices[:, wanted]"].shape == (3, 3)
assert paid["prices[torch.arange(3), wanted]"].tolist() == [3, 5, 12]
assert as_column.squeeze(1).tolist() == [3, 5, 12]

# %% baseline-25-chance
assert round(level, 3) == round(float(np.log(10)), 3) == 2.303
assert templates_loss > level
assert logits.abs().max() > 100

# %% baseline-27-chance-scale
assert set(counts) == {right}
assert round(losses[best].item(), 1) == 0.9
assert round(factors[best].item(), 1) == 0.2
assert losses[-1] > level

# %% baseline-29-claim
assert loud.argmax() == calm.argmax() == 0
assert round(loud[0].item(), 2) == 0.99
assert round(calm[0].item(), 2) == 0.52

# %% baseline-32-overflow
assert naive.isnan().any()
assert torch.allclose(shifted, z.softmax(0))
assert shifted.log()[2] == float("-inf")
assert round(z.log_softmax(0)[2].item(), 1) == -1000.3

# %% baseline-33-logs-run
assert logs.exp().sum().log() == float("-inf")
assert round(logs.logsumexp(dim=0).item(), 2) == -999.69
assert round(float(np.log(1 + np.exp(-1))), 2) == 0.31

# %% baseline-35-softmax
assert abs(floor - 1.4612) < 1e-4

# %% baseline-46-relu
assert pulls["raw logits"][0] < -0.9
assert pulls["ReLU on logits"][0] == 0

# %% baseline-39-case
assert trace == sorted(trace, reverse=True)
assert (round(trace[0], 1), round(trace[-1], 1)) == (2.3, 1.0)
assert (round(rates[0], 2), round(rates[1], 2)) == (0.67, 0.71)
assert predicted[1] == 0
assert fresh_labels.bincount()[1] == 60
assert predicted[predicted > 0].min() == 42

# %% baseline-41-case-alibis
assert few[1] == 216 > others.max()
assert found_by_templates == 51
assert long_trace[-1] < trace[-1]
assert found_by_longer == 0

# %% baseline-43-case-logits
assert sick_logits.min() == 0
assert sick_logits[:, 1].count_nonzero() == 0
assert reach[1] == 0
assert round(reach[reach > 0].min().item(), 3) == 0.035
assert 60 / 1_000 == 0.06
assert round(216 / 2_000, 2) == 0.11

# %% baseline-48-relu-cure
assert (missed[0] >= 1).all()
assert missed[0].max() == 5
assert (missed[1] == 0).all()
assert trousers == 53
assert [round(share.item(), 2) for share in (correct[1].min(), correct[1].max())] == [0.78, 0.79]
assert [round(share.item(), 2) for share in (correct[0].min(), correct[0].max())] == [0.41, 0.72]

# %% baseline-51-lines
assert torch.allclose(in_two, in_one, atol=1e-5)
assert (clipped - in_one).abs().max() > 0.01
assert (784 * 10 + 10) + (10 * 10 + 10) == 7_960
assert 784 * 10 + 10 == 7_850

# %% baseline-53-lines-relu
assert torch.allclose(bend(x), x.abs())
assert torch.allclose(straight(x), torch.zeros_like(x))

# %% baseline-56-sees
assert seen == {"AsAttributes": 4, "InAList": 0, "BuiltInForward": 0, "WithoutReturn": 4}

# %% baseline-59-parameters
assert [tensor.numel() for tensor in small.parameters()] == [24, 4, 12, 3]
assert 24 + 4 + 12 + 3 == 43
assert len(list(twice.parameters())) == 2
assert one.weight.numel() + one.bias.numel() == 20
assert [tensor.requires_grad for tensor in small.parameters()] == [False, False, True, True]
assert 12 + 3 == 15

# %% baseline-62-axis
assert scores.argmax(dim=1).tolist() == [1, 0, 3]
assert scores.argmax(dim=0).tolist() == [1, 0, 0, 2]

# %% baseline-64-axis-broadcast
assert (column == truth).shape == (3, 3)
assert (column == truth).sum() == 5
assert round(5 / 3, 2) == 1.67

# %% baseline-67-share
assert np.isnan(empty.float().mean().item())
assert isinstance(share.item(), float)
assert (truth == torch.tensor([1])).tolist() == [True, False, False]

# %% baseline-69-share-steps
assert possible == {"A": True, "B": False, "C": True}
assert round(0.6983 * 1_000, 1) == 698.3
assert right / 1_000 == round(right / 1_000, 3)
assert 784 * 100 + 100 + 100 * 10 + 10 == 79_510
