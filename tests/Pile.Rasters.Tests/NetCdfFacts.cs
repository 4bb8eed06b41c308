using System.Globalization;
using System.Text.Json;

namespace Pile.Rasters.Tests;

/// <summary>What h5py and GDAL's netCDF driver read of a variable; written by netcdf.py.</summary>
public sealed record NetCdfFacts
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public required string Name { get; init; }

    public required string Path { get; init; }

    public required string Layer { get; init; }

    public required int Bands { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required string DType { get; init; }

    public required double[] Transform { get; init; }

    public long[]? Chunks { get; init; }

    public double[]? Times { get; init; }

    public int? Epsg { get; init; }

    public double? Scale { get; init; }

    public double? Offset { get; init; }

    public string? Nodata { get; init; }

    /// <summary>The nodata as a number.</summary>
    public double? NodataNumber => Nodata is null ? null : double.Parse(Nodata, CultureInfo.InvariantCulture);

    /// <summary>The pixels as h5py reads them, native-endian: (band, row, column).</summary>
    public byte[] Pixels() => File.ReadAllBytes(System.IO.Path.ChangeExtension(Path, ".bin"));

    public static NetCdfFacts[] ReadAll(string folder) =>
        JsonSerializer.Deserialize<NetCdfFacts[]>(File.ReadAllText(System.IO.Path.Combine(folder, "index.json")), Options)!;
}
