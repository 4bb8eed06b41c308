using System.Globalization;
using System.Text.Json;

namespace Pile.Rasters.Tests;

/// <summary>What rasterio reads of a file; written by rasters.py.</summary>
public sealed record RasterFacts
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    public required string Name { get; init; }

    public required string Path { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public required int Bands { get; init; }

    public required string DType { get; init; }

    public required bool[] Alpha { get; init; }

    public required string?[] Nodata { get; init; }

    public required double[] Scales { get; init; }

    public required double[] Offsets { get; init; }

    public required string?[] Names { get; init; }

    public int? Epsg { get; init; }

    public string? Wkt { get; init; }

    public double[]? Transform { get; init; }

    public required int[] Block { get; init; }

    public required string Interleave { get; init; }

    public string? Compression { get; init; }

    public required int Gcps { get; init; }

    public required bool Mask { get; init; }

    public required RasterFactsLevel[] Levels { get; init; }

    /// <summary>Reads the file index.json of a folder.</summary>
    public static RasterFacts[] ReadAll(string folder) =>
        JsonSerializer.Deserialize<RasterFacts[]>(File.ReadAllText(System.IO.Path.Combine(folder, "index.json")), Options)!;

    /// <summary>Parses the nodata of a band.</summary>
    public double? NodataOf(int band) => Nodata[band] is { } text
        ? text is "nan" ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture) : null;

    public override string ToString() => Name;
}

/// <summary>A level of a file, with its pixels as rasterio reads them.</summary>
public sealed record RasterFactsLevel
{
    public required int Width { get; init; }

    public required int Height { get; init; }

    public required string Stem { get; init; }

    public byte[] Pixels() => File.ReadAllBytes(Stem + ".bin");

    public byte[]? Mask() => File.Exists(Stem + ".mask") ? File.ReadAllBytes(Stem + ".mask") : null;
}
