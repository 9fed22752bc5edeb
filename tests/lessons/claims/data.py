"""What lesson 1 says, held against what its code does; run below the cell of each name."""

# %% data-04-grid
assert pixels.shape == (28, 28)
assert pixels.size == 784
assert (pixels.min(), pixels.max(), crop.max()) == (0, 255, 249)
assert pixels[0, 0] == 0

# %% data-05-first-line-try
assert (pixels == 0).sum() == 351

# %% data-06-wall
assert wall.shape == (10, 12, 28, 28)

# %% data-08-balance
assert counts.tolist() == [500] * 10
assert round(always["FashionMNIST"], 2) == 0.10
assert round(always["A sneaker shop"], 2) == 0.90

# %% data-11-scale
assert losses["raw"] > 10
assert abs(losses["scaled once"] - np.log(10)) < 0.2
assert abs(losses["scaled twice"] - np.log(10)) < 0.2
assert round(np.log(10), 3) == 2.303
assert round(1 / 255, 3) == 0.004

# %% data-14-wrap
assert (four + np.uint8(10)).tolist() == [10, 110, 210, 4]
assert (four * np.uint8(2)).tolist() == [0, 200, 144, 244]
assert pixels.max() + 60.0 == 315

# %% data-17-shapes
assert accepted == [(1, 28, 28), (64, 1, 28, 28)]

# %% data-20-axis-run
assert longer == {0: (1, 7), 1: (7, 1), -1: (7, 1)}
assert shorter == {1: (7,), 0: (7, 1)}
assert week.shape == (7,)

# %% data-19-flag
assert moved.shape == cut.shape == (3, 6, 9)
assert not torch.equal(moved, cut)

# %% data-22-views
assert copied.tolist() == [2.0, 4.0, 6.0, 8.0]
assert untouched == [2.0, 4.0, 6.0, 8.0]
assert array.tolist() == half.tolist() == [1.0, 2.0, 3.0, 4.0]

# %% data-25-parts
assert right["seen before"] == 500
assert 390 <= right["never seen"] <= 398

# %% data-27-neighbours
assert names[0] == ("Sneaker", "Ankle boot")
assert names.count(("Shirt", "Pullover")) == 2
assert ("Sandal", "Bag") in names

# %% data-29-shuffle
assert 1_000 / 5_000 == 0.20
assert tails["sorted, then cut"].unique().tolist() == [8, 9]
assert tails["shuffled, then cut"].bincount().min() > 70

# %% data-31-deal-run
assert (len(hand), hand[0]) == (3, "jack of hearts")
assert sorted(place for cards in dealt[0] for place in cards) == list(range(12))
assert dealt[0] == dealt[2] != dealt[1]

# %% data-33-generator
assert draws["own generator"] == draws["no shuffle"] != draws["seeds torch"]

# %% data-36-means
assert of_means == 16.0
assert of_all == 12.0

# %% data-38-means-std
assert inside == [0.0, 0.0]
assert over_all == 1.0
assert population == 1.0
assert round(sample, 3) == 1.414

# %% data-39-means-squares
assert variance == 5 - 4 == 1

# %% data-40-digits-run
assert abs(by_squares[torch.float64] - 0.01) < 0.001
assert abs(by_squares[torch.float32] - 0.01) > 0.005

# %% data-42-statistics
assert both.mean() - ours.mean() > 0.03
assert round(is_black, 2) == 0.51
assert (round(mean, 3), round(spread, 3)) == (0.285, 0.354)
assert (round(black, 1), round(white, 1)) == (-0.8, 2.0)

# %% data-47-recipe-dtype
assert plain.max() == 255
assert scaled.max() == 1

# %% data-48-channels-run
assert said["([20.0], [5.0])"] == "[-1.0, 0.0, 1.0, 2.0]"
assert said["(20.0, 5.0)"].startswith("TypeError")
assert said["([20.0], [nan])"] == "[nan, nan, nan, nan]"
assert said["([20.0], [inf])"] == "[0.0, 0.0, 0.0, 0.0]"

# %% data-45-recipe
assert np.asarray(orders["rotate, then cut"](picture)).shape == (14, 28)
assert np.asarray(orders["cut, then rotate"](picture)).shape == (14, 28)

# %% data-50-loader
assert [len(batch) for batch in served["in order"]] == [4, 4, 2]
assert served["drop_last"] == [[0, 1, 2, 3], [4, 5, 6, 7]]
assert served["shuffled, epoch 1"] != served["shuffled, epoch 2"]
for epoch in ("shuffled, epoch 1", "shuffled, epoch 2"):
    assert sorted(item for batch in served[epoch] for item in batch) == ten

# %% data-52-loader-seeds
assert runs[0] == runs[1]
assert runs[0][0] != runs[0][1]

# %% data-55-pairs-run
assert halves == [((2, 1, 2, 2), (2,))] * 2 + [((1, 1, 2, 2), (1,))]
assert numbers.dtype == torch.int64

# %% data-54-loader-why
assert train.labels[strips["file order, sorted by label"]].unique().tolist() == [0]
assert all(len(batch.unique()) >= 5 for batch in train.labels[strips["shuffled"]].view(4, 8))
assert 500 // 8 == 62

# %% data-57-way
assert journey == [145, 0.57, 0.80]

# %% data-60-right-set
assert len(train) == len(known_bytes) == 5_000
assert len(test) == 1_000
assert twins == 0

# %% data-63-case
assert scores["B"] == 500
assert 380 < scores["A"] < 400
assert max(scores["C"], scores["D"]) < 75

# %% data-65-case-looks
assert looks["A"][0] == looks["C"][0] == looks["D"][0] == 0
assert looks["B"][0] == 500
assert looks["C"] == (0, 1, 1)

# %% data-67-case-cure
assert min(mended.values()) > 355
assert max(mended.values()) - min(mended.values()) > 20
assert (round(min(mended.values()) / 500, 2), round(max(mended.values()) / 500, 2)) == (0.73, 0.79)
quiz = np.array([250], dtype=np.uint8)
shared = torch.from_numpy(quiz)
shared += 10
assert quiz.tolist() == [4]
