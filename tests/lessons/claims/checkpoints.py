"""What lesson 6 says, held against what its code does; run below the cell of each name."""

# %% checkpoints-04-remembers
assert len(names) == 7
assert "1.running_mean" in names
assert not any("training" in name or name.startswith("2.") for name in names)
assert len(list(net.parameters())) == 4

# %% checkpoints-05-first-line-try
assert sum(tensor.numel() for tensor in net.state_dict().values()) == 22

# %% checkpoints-07-data
assert result is None
assert b"code from the file" in content

# %% checkpoints-11-data-load
assert accepted == ["data.pt"]

# %% checkpoints-09-data-inside
assert "REDUCE" in listing  # call the function
assert b"print" in content
assert b"Souvenir" not in content

# %% checkpoints-14-crash
assert said.startswith("JSONDecodeError")
assert "yesterday" not in left

# %% checkpoints-16-crash-rename
assert first_lines == {True: (1_000, "yesterday"), False: (1_000, "today")}
assert not draft.exists()

# %% checkpoints-20-tidy-run
assert said.startswith("FileNotFoundError")
assert scratch.name == "cat-rotated.png"
assert scratch.parent == photo.parent
assert ended == ["success", "cleared away", "cleared away", "error: the disk is full"]

# %% checkpoints-18-crash-every
assert found["write over it"] == ["yesterday"] + ["broken"] * 50 + ["today"] * 3
assert found["draft, then rename"] == ["yesterday"] * 53 + ["today"]

# %% checkpoints-22-folders
assert said.startswith("FileNotFoundError")
assert path.read_text(encoding="utf-8") == "42"

# %% checkpoints-25-applied
assert agree == [False, True]

# %% checkpoints-28-strict
assert torch.equal(target.bias, bias_before)
assert answer.missing_keys == ["bias"]
assert said.startswith("RuntimeError")

# %% checkpoints-31-nothing
assert said.startswith("RuntimeError")
assert not torch.equal(two.state_dict()["0.weight"], kept["0.weight"])
assert torch.equal(two.state_dict()["1.weight"], kept["1.weight"])

# %% checkpoints-33-nothing-broken
assert list(errors) == ["cut short", "junk", "empty"]
assert len(set(errors.values())) >= 2

# %% checkpoints-33-memory-run
assert all(len(row) == count for count, row in back.items())
assert sizes[3_000] - sizes[3] > 4 * 2_900
assert sizes[3] > 500

# %% checkpoints-35-devices
assert woke_up == {"cpu": "cpu", "meta": "meta"}

# %% checkpoints-38-best
assert validated(clerk) == model_line[-1]
assert abs(max(model_line) - 0.77) < 0.02
assert abs(model_line[-1] - 0.67) < 0.03

# %% checkpoints-40-best-suspects
best = int(np.argmax(model_line))
assert not answer.missing_keys + answer.unexpected_keys
assert kept_line == model_line
assert cloned_line[-1] == max(model_line)
assert 8 <= best + 1 <= 12

# %% checkpoints-42-best-proof
assert [keeper["weight"].item() for keeper in keepers.values()] == [1, 1, 0, 0]

# %% checkpoints-45-ties
assert chosen == {"better or equal": 3, "not worse": 5}
assert max([math.nan, 1.0]) is math.nan
assert max([1.0, math.nan]) == 1.0

# %% checkpoints-48-moves
assert both == whole
assert weight_only[:9] == whole[:9]
assert abs(weight_only[15] - whole[15]) > 0.5

# %% checkpoints-50-weighs
assert list(numbers.values()) == [1_000, 1_000, 2_000, 3_002]

# %% checkpoints-53-equals
assert log[2:] == log[:2]

# %% checkpoints-55-equals-suspects
assert log[0] != log[1]
assert orders["state restored"] == orders["no break"]

# %% checkpoints-57-equals-proof
assert off_by["nothing"] == 0
assert min(list(off_by.values())[1:]) > 1e-4
assert max(off_by, key=off_by.get) == "weights"
assert len(whole_run) == 49

# %% checkpoints-58-dice-run
assert read_back == {"python": True, "torch": True, "numpy": False}
