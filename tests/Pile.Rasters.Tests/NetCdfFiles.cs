using Pile.TestKit;

namespace Pile.Rasters.Tests;

/// <summary>Stacked netCDF-4 files that h5py and GDAL write once for all tests.</summary>
public sealed class NetCdfFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public NetCdfFiles()
    {
        Python.Run(File.ReadAllText(Path.Combine(TestPaths.Root, "tests", "Pile.Rasters.Tests", "netcdf.py")), folder["made"]);
        All = NetCdfFacts.ReadAll(folder["made"]);
    }

    /// <summary>The files.</summary>
    public NetCdfFacts[] All { get; }

    /// <summary>Finds a file.</summary>
    public NetCdfFacts this[string name] => All.Single(file => file.Name == name);

    public void Dispose() => folder.Dispose();
}
