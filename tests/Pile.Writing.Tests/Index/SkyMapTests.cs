using Pile.TestKit;

namespace Pile.Writing.Tests.Index;

/// <summary>The sky maps follow HATS, and astropy and healpy can read them.</summary>
public sealed class SkyMapTests : IDisposable
{
    private const string ReadBack = """
        import csv, sys, numpy as np, healpy
        from astropy.io import fits
        index, rows, golden = sys.argv[1], list(csv.DictReader(open(sys.argv[2]))), sys.argv[3]
        properties = dict(line.rstrip("\n").split("=", 1) for line in open(index + "/hats.properties") if not line.startswith("#"))
        order = int(properties["hats_skymap_order"])
        expected = np.bincount(healpy.ang2pix(2**order, [float(r["ra"]) for r in rows], [float(r["dec"]) for r in rows],
            nest=True, lonlat=True), minlength=12 * 4**order)
        assert open(index + "/skymap.fits", "rb").read() == open(index + "/point_map.fits", "rb").read()
        for name in ("skymap.fits", "point_map.fits"):
            with fits.open(index + "/" + name) as file, fits.open(golden) as theirs:
                file.verify("exception")
                assert len(file) == 2 and file[0].header["BITPIX"] == 8 and file[0].header["NAXIS"] == 0
                ours = {k: v for k, v in file[1].header.items()}
                want = {k: v for k, v in theirs[1].header.items()}
                want.update(NSIDE=2**order, LASTPIX=12 * 4**order - 1, NAXIS2=12 * 4**order, CREATOR="Pile")
                assert list(ours.items()) == list(want.items()), (ours, want)
                assert file[1].data["T"].dtype == ">i8" and np.array_equal(file[1].data["T"], expected)
            assert np.array_equal(healpy.read_map(index + "/" + name, nest=True, dtype=np.int64), expected)
        print(order, expected.sum())
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(500, "2 500\n")]
    [InlineData(13_000, "5 13000\n")]
    public async Task Astropy_and_healpy_read_the_counts(int rows, string expected)
    {
        await Datasets.Build(folder["d"], Zoo.Spec with { Order = 0 }, null, ("u", [Zoo.Positions(Zoo.Shuffled(rows, 3))]));
        Datasets.Export($"SELECT ra, dec FROM {Datasets.Tiles(folder["d"])}", folder["rows.csv"]);
        Assert.Equal(expected, Python.Run(ReadBack, folder["d/main/index"], folder["rows.csv"],
            TestPaths.Data("catalog/hats-tree/small_sky_order1_collection/small_sky_order1/skymap.fits")));
    }
}
