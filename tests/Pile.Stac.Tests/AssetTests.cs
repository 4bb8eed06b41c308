using Pile.Format;

namespace Pile.Stac.Tests;

public class AssetTests
{
    [Theory]
    [InlineData("a.tif", "/data/x/item.json", "/data/x/a.tif")]
    [InlineData("./a.tif", "x/item.json", "x/a.tif")]
    [InlineData("../../a.tif", "x/item.json", "../a.tif")]
    [InlineData("./a%20b%2B.tif", "x/item.json", "x/a b+.tif")]
    [InlineData("./a%20b.tif", "https://h.example/x/item.json", "https://h.example/x/a%20b.tif")]
    [InlineData("./a%0Ab.tif", "x/item.json", "x/a%0Ab.tif")]
    [InlineData("../b/a.tif", "s3://bucket/x/item.json", "s3://bucket/b/a.tif")]
    [InlineData("../../../b/a.tif", "https://h.example/x/item.json?token=1/2", "https://h.example/b/a.tif")]
    [InlineData("/b/a.tif", "https://h.example/x/item.json", "https://h.example/b/a.tif")]
    [InlineData("/b/a.tif", "/x/item.json", "/b/a.tif")]
    [InlineData("file:///b/a%20b.tif", "item.json", "/b/a b.tif")]
    [InlineData("file://localhost/b/a%20b.tif", "item.json", "/b/a b.tif")] // RFC 8089, section 2
    [InlineData("file://LocalHost/b/a.tif", "item.json", "/b/a.tif")]
    [InlineData("https://h.example/a.tif?sv=1&sig=x#part", "item.json", "https://h.example/a.tif")]
    [InlineData("https://h.example/a.tif?X-Amz-Credential=x&versionId=3", "item.json", "https://h.example/a.tif?versionId=3")]
    [InlineData("a.tif", "item.json", "a.tif")]
    public void Addresses_are_resolved_without_signatures(string href, string document, string expected) =>
        Assert.Equal(expected, AssetHref.Resolve(href, document, MountRules.None));

    [Theory]
    [InlineData("/vsicurl/https://h.example/a.tif", "/vsi")]
    [InlineData("/VSIS3/b/a.tif", "/vsi")]
    [InlineData("a.vrt", "VRT")]
    [InlineData("https://h.example/a.VRT?sig=topsecret", "VRT")]
    [InlineData("<VRTDataset/>", "VRT")]
    [InlineData("ftp://h.example/a.tif", "'ftp'")]
    [InlineData("gs://b/a.tif", "'gs'")]
    [InlineData("NETCDF:\"a.nc\":red", "'netcdf'")]
    [InlineData("vrt://a.tif", "'vrt'")]
    [InlineData("data:image/png;base64,AAAA", "'data'")]
    [InlineData("https://user:topsecret@h.example/a.tif", "credentials")]
    [InlineData("file://other/a.tif", "another computer, 'other'")]
    [InlineData("a\\b.tif", "backslash")]
    [InlineData("https://h.example/data/../../etc/passwd", "'..'")]
    [InlineData("https://h.example/data/%2e%2e/etc/passwd", "'..'")]
    [InlineData("https://h.example/data/..%2f..%2fetc/passwd", "'..'")]
    [InlineData("s3://bucket/../other/a.tif", "'..'")]
    [InlineData("https://h.example/data/a%00.tif", "control character")]
    [InlineData("", "empty")]
    public void Other_addresses_are_rejected_by_name(string href, string expected)
    {
        SourceUnreadableException e =
            Assert.Throws<SourceUnreadableException>(() => AssetHref.Resolve(href, "item.json", MountRules.None));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_mount_wins_and_matches_whole_parts()
    {
        MountRules mounts = new([new("https://h.example", "/all"), new("https://h.example/data/", "s3://mirror/data"),
            new("s3://b", "/b")]);
        Assert.Equal("s3://mirror/data/a.tif", AssetHref.Resolve("https://h.example/data/a.tif?sig=1", "item.json", mounts));
        Assert.Equal("s3://mirror/data/a b.tif", AssetHref.Resolve("https://h.example/data/a%20b.tif", "item.json", mounts));
        Assert.Equal("/all/database/a.tif", AssetHref.Resolve("https://h.example/database/a.tif", "item.json", mounts));
        Assert.Equal("https://h.example.org/a.tif", AssetHref.Resolve("https://h.example.org/a.tif", "item.json", mounts));
        Scene scene = EoFiles.Scene("stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json");
        Assert.Equal("s3://usgs-landsat/collection02/level-2/standard/oli-tirs/2020/028/030/LC08_L2SP_028030_20200114_20200824_02_T1/"
            + "LC08_L2SP_028030_20200114_20200824_02_T1_SR_B1.TIF",
                AssetHref.Resolve(scene.FindAsset("coastal")!, "s3", scene.Source, mounts, out _));
        Assert.Equal("/landsat/LC08_L2SP_028030_20200114_20200824_02_T1_SR_B1.TIF",
            AssetHref.Resolve(scene.FindAsset("coastal")!, null, scene.Source, new MountRules([new("", "/landsat/")]), out _));
        Assert.Throws<ArgumentException>(() => new MountRules([new("a", "b"), new("a/", "c")]));
        Assert.Throws<ArgumentException>(() => new MountRules([new("a", "ftp://x")]));
    }

    [Fact]
    public void Globs_choose_assets()
    {
        Scene scene = EoFiles.Scene("landsat-008059/LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json");
        Assert.Equal(["SR_B2.TIF", "SR_B3.TIF", "SR_B4.TIF", "QA_PIXEL.TIF"],
            new AssetSelection(["SR_B[1-4]*", "QA_PIXEL*"], ["SR_B1*"]).Apply(scene).Assets.Select(a => a.Key));
        Assert.Equal(["SR_B1.TIF", "SR_B3.TIF"], new AssetSelection(["SR_B[!24567].???"], []).Apply(scene).Assets.Select(a => a.Key));
        Assert.Equal(SceneProblem.NoAssets, Assert.Throws<SceneInvalidException>(() =>
            new AssetSelection(["sr_*"], []).Apply(scene)).Problem);
        foreach (string bad in (string[])["", "[", "[z-a]", "[]"])
            Assert.Throws<ArgumentException>(() => new AssetSelection([bad], []));
    }
}
