using Pile.TestKit;

namespace Pile.Cli.Tests.Chips;

/// <summary>Lists in the shards of scenes are compressed; h5py reads from them what the documents of the items state.</summary>
public sealed class SceneShardTests : IDisposable
{
    private const string Items = """
        import copy, json, sys
        source, target, count = sys.argv[1:4]
        item = json.load(open(source))
        with open(target, "w") as file:
            for i in range(int(count)):
                made = copy.deepcopy(item)
                made["id"] = f"scene-{i:05}"
                names = sorted(made["assets"])[:i % len(made["assets"]) + 1]
                made["assets"] = {name: made["assets"][name] for name in names}
                for name in names:
                    made["assets"][name]["href"] = f"https://example.org/{i}/{name}/" + "é" * (i % 5) + ".tif"
                file.write(json.dumps(made) + "\n")
        """;

    private const string Check = """
        import glob, json, sys, h5py, numpy as np
        items, dataset, chunked = sys.argv[1:4]
        items = {item["id"]: item for item in map(json.loads, open(items))}
        rows = 0
        for path in glob.glob(dataset + "/main/healpix=*/*.hdf5"):
            with h5py.File(path) as f:
                hrefs, keys, lengths = f["asset.href"], f["asset.key"][:], f["asset.href_shape"][:, 0]
                assert f["bbox"].chunks is None and f["object_id"].chunks is None and f["asset.href_shape"].chunks is None
                if chunked == "yes":
                    assert hrefs.compression == "gzip" and not hrefs.shuffle and hrefs.chunks[1] == hrefs.shape[1], hrefs.chunks
                    assert 1 <= hrefs.chunks[0] <= len(hrefs) and hrefs.id.get_storage_size() < hrefs.size * hrefs.dtype.itemsize / 5
                else:
                    assert hrefs.chunks is None
                hrefs = hrefs[:]
                for row, name in enumerate(f["object_id"][:]):
                    expected = {key: asset["href"] for key, asset in items[name.decode()]["assets"].items()}
                    n = lengths[row]
                    assert dict(zip((k.decode() for k in keys[row, :n]), (h.decode() for h in hrefs[row, :n]))) == expected, name
                    assert (hrefs[row, n:] == b"").all()
                    rows += 1
        assert rows == len(items)
        print(rows)
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(700, true)] // several chunks, the last of which is not full
    [InlineData(1, false)]
    public void Lists_are_those_of_the_documents_and_the_index_is_rebuilt_from_them(int count, bool isCompressed)
    {
        string item = Path.Combine(TestPaths.Root, "tests/data/eo/stac-items/S2A_28QCH_20200714_0_L2A.json");
        Python.Run(Items, item, folder["items.ndjson"], $"{count}");
        foreach (string workers in (string[])["1", "8"])
            PileProgram.RunToJson("build", "--from", folder["items.ndjson"], "--scenes", "--out", folder[workers], "--name", "scenes",
                "--workers", workers);
        string before = Fingerprint.Of(folder["1"]);
        Assert.Equal(before, Fingerprint.Of(folder["8"]));
        Assert.Equal($"{count}", Python.Run(Check, folder["items.ndjson"], folder["1"], isCompressed ? "yes" : "no").Trim());
        PileProgram.RunToJson("validate", folder["1"], "--deep");
        Directory.Delete(folder["8/main/index"], recursive: true);
        PileProgram.RunToJson("index", "rebuild", folder["8"]);
        Assert.Equal(before, Fingerprint.Of(folder["8"]));
    }
}
