"""What lesson 4 says, held against what its code does; run below the cell of each name."""

# %% cnn-04-flatten
assert abs(right["plain"] - 697) <= 1
assert abs(right["scrambled"] - right["plain"]) <= 1

# %% cnn-07-slide
assert response == [0, 5, 5, 0, 0, 0, 0, -5, -5, 0]

# %% cnn-08-first-line-try
assert len(signal) - 5 + 1 == 8

# %% cnn-10-flipped
assert torch_says == [3, 2, 1]
assert numpy_says == [1, 2, 3]

# %% cnn-13-length
assert list(observed.values()) == [6, 8, 3, 3, 4, 28, 14]

# %% cnn-15-length-nothing
assert str(said).startswith("RuntimeError")

# %% cnn-17-window
assert torch.isclose(response[0, 0, top, left], total, atol=1e-5)
assert total > 1

# %% cnn-19-edges
assert maps.shape == (1, 3, 26, 26)
assert maps[0, 0, 14:18, 12:16].abs().max() < 0.8  # inside the cloth, far from edges

# %% cnn-22-channels
assert layer.weight.shape == (3, 2, 3, 3)
assert torch.allclose(result[:, :1], from_first + from_second, atol=1e-6)
assert sum(tensor.numel() for tensor in nn.Conv2d(10, 10, 3).parameters()) == 910

# %% cnn-24-letters-run
assert grades.tolist() == [[6, 5], [12, 12], [6, 0], [6, 11]]
assert spans.shape == (10, 3)
assert swings.tolist() == [0, 5, 5, 0, 0, 0, 0, -5, -5, 0]

# %% cnn-26-relu
assert torch.allclose(in_one, in_two, atol=1e-5)
assert (in_one - with_relu).abs().max() > 1

# %% cnn-29-pooling
assert pool(small).flatten().tolist() == pool(moved).flatten().tolist() == [3, 9, 4, 2]
assert stages["after pooling"].shape == (1, 1, 13, 13)

# %% cnn-32-shapes
assert sides == [28, 14, 7]
assert x.shape == (8, 10)

# %% cnn-34-shapes-without
assert without_padding == [28, 26, 24, 12, 10, 8, 4]

# %% cnn-37-fit
assert str(said).startswith("RuntimeError")
assert features.shape[1] == 12 * 7 * 7 == 588
assert nn.Flatten()(torch.zeros(1, 10, 7, 7)).shape == (1, 490)

# %% cnn-41-batch
assert str(said).startswith("RuntimeError")
assert net[:7](single).shape == (12, 49)
assert net(single[None]).shape == (1, 10)

# %% cnn-44-shared
assert sum(tensor.numel() for tensor in reused.parameters()) == 148
assert sum(tensor.numel() for tensor in separate.parameters()) == 296

# %% cnn-47-field
assert widths == [3, 5, 6, 10, 14, 16]

# %% cnn-50-compute
assert totals["V0"] == [7_960, 7_940]
assert totals["V2"] == [7_740, 1_133_860]
assert round(factor) == 143

# %% cnn-52-compute-blocks
assert areas == {"V0": totals["V0"][1], "V2": totals["V2"][1]}
assert round(100 * v2["conv 10-10, 28 x 28"][1] / totals["V2"][1]) == 62
assert round(100 * v2["conv 10-10, 28 x 28"][0] / totals["V2"][0]) == 12

# %% cnn-56-learnt
assert (shots[2000] - secret).abs().max() < 0.1 < (shots[0] - secret).abs().max()

# %% cnn-59-chance
assert all(abs(history[0] - np.log(10)) < 0.1 for history in histories.values())
assert round(np.log(10), 3) == 2.303
assert histories[0.05][-1] < 0.5
assert abs(histories[0.00001][-1] - np.log(10)) < 0.05
assert abs(histories[10.0][-1] - np.log(10)) < 0.05

# %% cnn-62-sees
assert found["plain"] > 810
assert 15 < found["plain"] - found["scrambled"] < 65

# %% cnn-64-sees-kernels
assert learnt_maps.shape == (6, 28, 28)

# %% cnn-66-sees-patches
assert field == (14, 14)
assert sum(len(found) > 1 for found in classes.values()) >= 3

# %% cnn-67-adamw-run
assert torch.optim.AdamW([two_weights]).defaults["lr"] == 0.001
assert [round(way, 4) for way in moved["SGD"]] == [1.0, 0.0001]
assert [round(way, 4) for way in moved["AdamW"]] == [0.0101, 0.0101]

# %% cnn-67-rates-run
assert max(cycles[False]) < found["plain"] + 10 < cycles[True][1]
assert cycles[True][1] > 840
assert max(cycles[False][2], cycles[True][2]) < cycles[True][1] - 100
assert abs(found["plain"] - 833) <= 15
assert nn.Conv2d(3, 8, 5, stride=2)(torch.zeros(1, 3, 32, 32)).shape == (1, 8, 14, 14)
assert nn.Conv2d(3, 8, 5, stride=2, padding=2)(torch.zeros(1, 3, 32, 32)).shape == (1, 8, 16, 16)
