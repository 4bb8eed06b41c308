using System.Diagnostics;
using Pile.TestKit;

namespace Pile.Soak.Running;

/// <summary>A small dataset that the program builds from the real files in tests/data.</summary>
/// <param name="Name">The name of the folder.</param>
/// <param name="Source">The arguments of <c>pile build</c>.</param>
/// <param name="Column">A column that is read row by row.</param>
/// <param name="SomeRows">A condition that some rows meet.</param>
internal sealed record SampleDataset(string Name, string[] Source, string Column, string SomeRows)
{
    /// <summary>Spectra of SDSS: four rows in three shards, with heavy columns.</summary>
    internal static SampleDataset Spectra { get; } = new("spectra", [Path.Combine(TestPaths.Root, "examples", "demo", "sdss.yaml")],
        "spectrum_flux", "dec > -90");

    /// <summary>Cut-outs of DECam images: two rows with images, variances and masks.</summary>
    internal static SampleDataset Images { get; } = new("images", [Path.Combine(TestPaths.Root, "examples", "demo", "decam.yaml")],
        "image_array", "dec > -90");

    /// <summary>A catalogue of some five thousand stars of Gaia.</summary>
    internal static SampleDataset Catalogue { get; } =
        new("catalogue", ["--from", TestPaths.Data("catalog/gaia_results.fits"), "--id", "source_id"], "parallax", "phot_g_mean_mag < 11")
        {
            RadiusArcsec = 60,
        };

    /// <summary>The radius of matches of the dataset with itself, which finds pairs, but not millions.</summary>
    internal int RadiusArcsec { get; private init; } = 3600;

    /// <summary>Builds the dataset in the folder <see cref="Name"/>.</summary>
    /// <returns>The dataset's path.</returns>
    internal async Task<string> BuildAsync(string folder)
    {
        string path = Path.Combine(folder, Name);
        PileResult result = await PileProcess.RunAsync(folder, ["build", .. Source, "--out", path]);
        return result.ExitCode == 0 ? path : throw new UnreachableException($"The sample dataset '{Name}' cannot be built: {result.Error}");
    }

    /// <summary>Copies a folder with hard links to the original files.</summary>
    internal static string Link(string source, string destination)
    {
        using Process copy = Process.Start("cp", ["-al", source, destination]);
        copy.WaitForExit();
        return copy.ExitCode == 0 ? destination : throw new IOException($"'{source}' cannot be linked as '{destination}'.");
    }

    /// <summary>Replaces a file of a linked copy without changing the original.</summary>
    internal static void Replace(string file, byte[] bytes)
    {
        File.Delete(file);
        File.WriteAllBytes(file, bytes);
    }
}
