using System.Text.Json;
using Pile.TestKit;

namespace Pile.Cli.Tests.Build;

/// <summary>Frames become rows, and rows FITS files again. Astropy compares these with the frames.</summary>
public sealed class FitsImageTests : IDisposable
{
    // Compares each file with the frame of its name, at the place that the two WCS tell.
    private const string Judge = """
        import glob, os, sys, warnings
        import numpy as np
        warnings.simplefilter('ignore')
        from astropy.io import fits
        from astropy.wcs import WCS
        shapes = []
        for path in sorted(glob.glob(sys.argv[1] + '/**/*.fits', recursive=True)):
            hdus = [h for h in fits.open(path) if h.data is not None]
            assert len(hdus) == 1
            data, w = hdus[0].data, WCS(hdus[0].header)
            frames = [f for f in glob.glob(sys.argv[2] + '/*.fits*') if os.path.basename(f).split('.fit')[0] in os.path.basename(path)]
            frame = next(h for h in fits.open(frames[0]) if h.data is not None)
            x0, y0 = WCS(frame.header).world_to_pixel(w.pixel_to_world(0, 0))
            assert abs(x0 - round(float(x0))) < 1e-5 and abs(y0 - round(float(y0))) < 1e-5
            x0, y0 = round(float(x0)), round(float(y0))
            ny, nx = data.shape
            np.testing.assert_array_equal(data, frame.data[y0:y0 + ny, x0:x0 + nx].astype('f4'))
            assert hdus[0].header['BAND'] == 'r'
            shapes.append(f'{os.path.basename(frames[0])} {ny} {nx} {x0} {y0}')
        print('\n'.join(sorted(shapes)))
        """;

    private readonly TemporaryFolder folder = new();

    public FitsImageTests()
    {
        Directory.CreateDirectory(folder["frames"]);
        foreach (string name in (string[])["m13_rice.fits", "dss.14.29.56-62.41.05.fits.gz"])
            File.CreateSymbolicLink(folder[$"frames/{name}"], TestPaths.Data($"images/{name}"));
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Frames_of_different_sizes_are_built_and_read_as_FITS_files()
    {
        Assert.Equal("""
            dss.14.29.56-62.41.05.fits.gz 100 100 0 0
            m13_rice.fits 300 300 0 0
            """, BuildAndRead("whole", "files: frames/*"));
    }

    [Fact]
    public void Tiles_are_built_and_read_as_FITS_files()
    {
        Assert.Equal("""
            dss.14.29.56-62.41.05.fits.gz 100 100 0 0
            m13_rice.fits 160 160 0 0
            m13_rice.fits 160 160 0 140
            m13_rice.fits 160 160 140 0
            m13_rice.fits 160 160 140 140
            """, BuildAndRead("tiles", "files: frames/*\ntile: 160\noverlap: 16"));
        Assert.Equal(["dss.14.29.56-62.41.05-0-0", "m13_rice-0-0", "m13_rice-0-1", "m13_rice-1-0", "m13_rice-1-1"],
            PileProgram.RunToJson("query", folder["tiles"], "--sort", "object_id").EnumerateArray()
                .Select(row => row.GetProperty("object_id").GetString()));
    }

    [Fact]
    public void Unreadable_frames_are_skipped_and_listed()
    {
        File.Copy(TestPaths.Data("malformed/spec-0266-51602-0031_truncated_half.fits"), folder["frames/broken.fits"]);
        File.WriteAllText(folder["r.yaml"], Recipes.Text("image", "kind: fits-image\nfiles: frames/*\nband: r\ntile: 100"));
        Assert.Contains("broken.fits", PileProgram.RunToError(1, "build", folder["r.yaml"], "--out", folder["d"]),
            StringComparison.Ordinal);
        ProgramResult skipping = PileProgram.Run("build", folder["r.yaml"], "--out", folder["d"], "--on-error", "skip", "--json");
        Assert.Equal(3, skipping.ExitCode);
        JsonElement json = JsonDocument.Parse(skipping.Output).RootElement;
        Assert.Equal((10, 1), (json.GetProperty("rows").GetInt32(), json.GetProperty("skipped").GetInt32()));
        Assert.Contains("truncated", File.ReadAllText(folder["d/skipped.csv"]), StringComparison.Ordinal);
    }

    private string BuildAndRead(string name, string source)
    {
        File.WriteAllText(folder["r.yaml"], Recipes.Text("image", $"kind: fits-image\nband: r\n{source}"));
        PileProgram.RunToJson("build", folder["r.yaml"], "--out", folder[name]);
        Assert.True(PileProgram.RunToJson("validate", folder[name], "--deep").GetProperty("valid").GetBoolean());
        PileProgram.RunToJson("read", folder[name], "--where", "true", "--columns", "image_array", "--format", "fits", "--out",
            folder[$"{name}-fits"]);
        return Python.Run(Judge, folder[$"{name}-fits"], folder["frames"]).ReplaceLineEndings("\n").Trim();
    }
}
