# %% [markdown] finale="live"
# ## Finale: now train it
#
# *Not graded, about 20 minutes.* You have models, a loss, and a loop. Train V0 and V1 on the real
# images with your own functions, watch them learn, and open the sealed test images **once**, at
# the end.
#
# **Predict** first: V1 is V0 with a ReLU between its layers. How many percentage points does that
# gain?

# %% finale="live" tags=["active-ipynb"]
# import torch
#
# from fashion_course.kit import LiveTraining
# from fashion_course.kit.learner.finale import real_data, yours
#
# my = yours(
#     "image_to_tensor",
#     "split",
#     "channel_stats",
#     "build_transform",
#     "make_loaders",
#     "FashionMNISTModelV0",
#     "FashionMNISTModelV1",
#     "seed_everything",
#     "fit",
#     "evaluate",
# )
# loaders, sealed = real_data(my)
# print(f"{len(loaders.train)} batches to train on, {len(loaders.validation)} for validation")

# %% finale="live" tags=["active-ipynb"]
# loss_fn = nn.CrossEntropyLoss()
# epochs = 5
# runs = {}
# for name, kind in (("V0", my.FashionMNISTModelV0), ("V1", my.FashionMNISTModelV1)):
#     my.seed_everything(42)
#     model = kind()
#     optimizer = torch.optim.AdamW(model.parameters(), lr=0.002)
#     print(f"{name} is trained")
#     with LiveTraining(loaders, epochs) as live:
#         history = my.fit(model, loaders, live.watch(loss_fn), optimizer, epochs)
#     runs[name] = model, history

# %% finale="live" tags=["active-ipynb"]
# for name, (_, history) in runs.items():
#     last = history[-1]
#     print(
#         f"{name}: training accuracy {last.train.accuracy:.1%},"
#         f" validation accuracy {last.validation.accuracy:.1%}"
#     )

# %% [markdown] finale="live"
# Choose one of the two models by its **validation** accuracy. Then open the test images, once, and
# write down why: from now on every further look would make the score a little less honest.

# %% finale="live" tags=["active-ipynb"]
# name = max(runs, key=lambda name: runs[name][1][-1].validation.accuracy)
# model, _ = runs[name]
# images = sealed.open(f"{name}, chosen by its validation accuracy")
# score = my.evaluate(model, torch.utils.data.DataLoader(images, batch_size=256), loss_fn)
# print(f"{name} on {len(images):,} images that it has never seen: accuracy {score.accuracy:.1%}")
# sealed

# %% [markdown] finale="live"
# That is a classifier of your own, from the first pixel to an honest test score. The same in a
# terminal, with all that a run leaves behind: `fashion-course train v1 --answers mine`.
#
# A linear model sees 784 numbers in a row and forgets which pixels are neighbours. The next unit
# does better.
