# %% [markdown] finale="resume"
# ## Finale: interrupt it
#
# *Not graded, about 15 minutes.* A training stops in the middle of an epoch, and goes on as if
# nothing had happened. The power cut is a loss function that raises an exception after some
# batches.
#
# **Predict** first: when the run goes on after its third epoch was cut off, which epoch comes
# first?

# %% finale="resume" tags=["active-ipynb"]
# import tempfile
#
# from fashion_course.kit import LiveTraining, plot_curves
# from fashion_course.kit.learner.finale import real_data, yours
#
# my = yours(
#     "image_to_tensor",
#     "split",
#     "channel_stats",
#     "build_transform",
#     "make_loaders",
#     "FashionMNISTModelV1",
#     "seed_everything",
#     "resume_training",
# )
# folder = tempfile.TemporaryDirectory()
# epochs = 6

# %% finale="resume" tags=["active-ipynb"]
# runs = []
# for file, stop_after in (("whole.pt", None), ("cut.pt", 2.4), ("cut.pt", None)):
#     my.seed_everything(42)
#     loaders, _ = real_data(my)
#     model = my.FashionMNISTModelV1()
#     optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
#     loss_fn = nn.CrossEntropyLoss()
#     if stop_after is not None:  # this many epochs
#         batches = len(loaders.train) + len(loaders.validation)
#         left = [True] * int(stop_after * batches)
#         loss_fn = lambda *pair: left.pop() and nn.functional.cross_entropy(*pair)
#     with LiveTraining(loaders, epochs) as live:
#         try:
#             history = my.resume_training(
#                 Path(folder.name) / file, model, loaders, live.watch(loss_fn), optimizer, epochs
#             )
#         except IndexError:  # nothing is left to pop
#             print("the power is cut in the middle of epoch 3")
#             history = live.history[:2]
#     runs.append(history)

# %% finale="resume" tags=["active-ipynb"]
# whole, before, after = runs
# print("after the power cut came the epochs", [each.epoch for each in after])
# plot_curves([*before, *after])

# %% finale="resume" tags=["active-ipynb"]
# for one, other in zip(whole, [*before, *after]):
#     same = "the same" if abs(one.train.loss - other.train.loss) < 1e-6 else "NOT the same"
#     print(
#         f"epoch {one.epoch}: loss {one.train.loss:.6f} without and"
#         f" {other.train.loss:.6f} with the power cut: {same}"
#     )

# %% [markdown] finale="resume"
# The curve goes on where it stopped, without a bump, and the numbers agree. Try it with your own
# hand, too: start a training, press the stop button ■, and run the cell again. In a terminal,
# `fashion-course train v2` can be stopped with Ctrl-C, and `fashion-course train v2 --resume` goes
# on.
