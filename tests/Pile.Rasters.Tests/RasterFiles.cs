using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Files that rasterio writes once for all tests, and what it reads of them and of the files in tests/data.</summary>
public sealed class RasterFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RasterFiles()
    {
        string script = File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Rasters.Tests", "rasters.py"));
        Python.Run(script, folder["made"]);
        Python.Run(script, [folder["real"], .. Directory.GetFiles(TestPaths.Data("eo/rasters"), "*.tif").Order(StringComparer.Ordinal)]);
        Made = RasterFacts.ReadAll(folder["made"]);
        Real = RasterFacts.ReadAll(folder["real"]);
    }

    /// <summary>Files of all combinations of codecs, types and layouts, and special ones.</summary>
    public RasterFacts[] Made { get; }

    /// <summary>Files of other programs.</summary>
    public RasterFacts[] Real { get; }

    /// <summary>Finds a made file.</summary>
    public RasterFacts this[string name] => Made.Single(file => file.Name == name);

    public void Dispose() => folder.Dispose();
}

/// <summary>Tests that share the files.</summary>
[CollectionDefinition("Rasters")]
public sealed class RasterFilesCollection : ICollectionFixture<RasterFiles>;
