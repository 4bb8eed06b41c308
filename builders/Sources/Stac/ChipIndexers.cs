using System.Collections.Immutable;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Stac;

/// <summary>The indexers that a recipe can name (the key <c>stats</c>).</summary>
internal static class ChipIndexers
{
    private static readonly Dictionary<string, Func<ChipIndexer?>> Named = new(StringComparer.Ordinal)
    {
        ["none"] = () => null,

        // Landsat Collection 2 QA_PIXEL: bit 0 fill, 1 dilated cloud, 3 cloud, 4 cloud shadow.
        ["landsat"] = () => new FlagIndexer(["qa_pixel", "QA_PIXEL"], Bits(0), Bits(1, 3, 4)),

        // Sentinel-2 scene classification: 0 no data, 1 saturated or defective, 3 cloud shadow, 8 and 9 cloud, 10 thin cirrus.
        ["sentinel-2"] = () => new FlagIndexer(["scl", "SCL"], Classes(0), Classes(1, 3, 8, 9, 10)),

        // MOD09 surface reflectance QC, bits 0 and 1: 2 is not produced because of clouds, 3 for other reasons.
        ["modis"] = () => new FlagIndexer(["sur_refl_qc_500m", "qc_500m", "QC"], [new PixelFlag(3, 3)], [new PixelFlag(3, 2)]),
    };

    /// <summary>Reads the indexer of a recipe.</summary>
    /// <param name="stats">The value of <c>stats</c>; null if it is missing.</param>
    /// <returns>Null to read no pixels.</returns>
    /// <exception cref="DocumentInvalidException">The value is not valid.</exception>
    internal static ChipIndexer? Read(YamlNode? stats)
    {
        if (stats is null)
            return null;
        YamlMap map = stats.AsMap();
        map.RequireKeys("indexer", "mask", "flags");
        if (map.Entries.Count() != 1)
            throw map.Invalid("expected one of 'indexer', 'mask' and 'flags'");
        if (map.Find("indexer") is { } name)
            return name.AsScalar().AsOneOf(Named)();
        if (map.Find("mask")?.AsMap() is { } mask)
        {
            mask.RequireKeys("band", "nodata");
            return new NodataIndexer(mask.Text("band"), mask.Find("nodata")?.AsScalar().AsDoubleOrNaN());
        }
        YamlMap flags = map.Required("flags").AsMap();
        flags.RequireKeys("band", "cloud", "nodata", "cloud_classes", "nodata_classes");
        bool hasCloud = flags.Find("cloud") is not null || flags.Find("cloud_classes") is not null;
        return new FlagIndexer([flags.Text("band")], [.. ReadBits(flags.Find("nodata")), .. ReadClasses(flags.Find("nodata_classes"))],
            hasCloud ? [.. ReadBits(flags.Find("cloud")), .. ReadClasses(flags.Find("cloud_classes"))] : null);
    }

    private static IEnumerable<PixelFlag> ReadBits(YamlNode? node) => Scalars(node).Select(bit =>
        bit.AsInt64() is >= 0 and < 32 and var number
        ? PixelFlag.OfBit((int)number) : throw bit.Invalid($"expected the number of a bit, 0 to 31, found {bit.Text}"));

    private static IEnumerable<PixelFlag> ReadClasses(YamlNode? node) => Scalars(node).Select(value => PixelFlag.OfClass(value.AsInt64()));

    private static IEnumerable<YamlScalar> Scalars(YamlNode? node) => node is null ? [] : node.AsList().Items.Select(i => i.AsScalar());

    private static ImmutableArray<PixelFlag> Bits(params ReadOnlySpan<int> bits)
    {
        ImmutableArray<PixelFlag>.Builder flags = ImmutableArray.CreateBuilder<PixelFlag>(bits.Length);
        foreach (int bit in bits)
            flags.Add(PixelFlag.OfBit(bit));
        return flags.ToImmutable();
    }

    private static ImmutableArray<PixelFlag> Classes(params ReadOnlySpan<long> values)
    {
        ImmutableArray<PixelFlag>.Builder flags = ImmutableArray.CreateBuilder<PixelFlag>(values.Length);
        foreach (long value in values)
            flags.Add(PixelFlag.OfClass(value));
        return flags.ToImmutable();
    }
}
