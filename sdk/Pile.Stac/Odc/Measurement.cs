using System.Collections.Immutable;

namespace Pile.Stac;

/// <summary>A measurement of a product definition.</summary>
internal sealed record Measurement
{
    private static readonly string[] DTypes =
        ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "complex64", "complex128"];

    /// <summary>The name; unique in its product.</summary>
    internal required string Name { get; init; }

    /// <summary>Other names.</summary>
    internal ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>The dtype, in NumPy's words.</summary>
    internal required string DType { get; init; }

    /// <summary>The value that means "no data": null if none is declared, NaN if it is NaN.</summary>
    internal double? Nodata { get; init; }

    /// <summary>The unit; <c>1</c> for none.</summary>
    internal string? Units { get; init; }

    /// <summary>The factor of stored values.</summary>
    internal double? ScaleFactor { get; init; }

    /// <summary>The offset of stored values.</summary>
    internal double? AddOffset { get; init; }

    /// <summary>The meanings of bits.</summary>
    internal ImmutableArray<FlagDefinition> Flags { get; init; } = [];

    /// <summary>Reads a measurement.</summary>
    /// <exception cref="SceneInvalidException">A value is missing or not valid.</exception>
    internal static Measurement Read(OdcNode node)
    {
        OdcNode dtype = node.Required("dtype");
        return new Measurement
        {
            Name = node.Required("name").Text(),
            Aliases = [.. node.Find("aliases")?.Items().Select(a => a.Text()) ?? []],
            DType = DTypes.Contains(dtype.Text()) ? dtype.Text() : throw dtype.Invalid(dtype.Shown, $"one of {string.Join(", ", DTypes)}"),
            Nodata = node.Find("nodata")?.NumberOrNaN(),
            Units = node.Find("units")?.Text(),
            ScaleFactor = node.Find("scale_factor")?.Number(),
            AddOffset = node.Find("add_offset")?.Number(),
            Flags = node.Find("flags_definition") is { } flags ? ReadFlags(flags) : [],
        };
    }

    /// <summary>Returns a band with what it does not state taken from this measurement.</summary>
    internal SceneBand Complete(SceneBand band) => band with
    {
        DType = band.DType ?? DType,
        Nodata = band.Nodata ?? Nodata,
        Unit = band.Unit ?? Units,
        Scale = band.Scale ?? ScaleFactor,
        Offset = band.Offset ?? AddOffset,
        Flags = band.Flags.IsEmpty ? Flags : band.Flags,
    };

    /// <summary>Reads ODC's <c>flags_definition</c>.</summary>
    internal static ImmutableArray<FlagDefinition> ReadFlags(OdcNode flags) => [.. flags.Entries().Select(e => ReadFlag(e.Key, e.Value))];

    private static FlagDefinition ReadFlag(string name, OdcNode flag)
    {
        OdcNode bits = flag.Required("bits"), values = flag.Required("values");
        ImmutableArray<int> numbers = bits.Json.ValueKind is System.Text.Json.JsonValueKind.Array
            ? [.. bits.Items().Select(b => (int)b.Integer(0, 63))] : [(int)bits.Integer(0, 63)];
        if (numbers.IsEmpty || numbers.Distinct().Count() != numbers.Length)
            throw bits.Invalid(bits.Json.GetRawText(), "at least one bit, each once");
        ImmutableArray<KeyValuePair<long, JsonValue>>.Builder meanings = ImmutableArray.CreateBuilder<KeyValuePair<long, JsonValue>>();
        foreach ((string key, OdcNode meaning) in values.Entries())
            meanings.Add(new(long.TryParse(key, out long value) && value >= 0 ? value
                : throw values.Invalid($"the key '{SceneInvalidException.Shown(key)}'", "an integer of at least 0"), meaning.ToValue()));
        return new FlagDefinition(name, flag.Find("description")?.Text().Trim(), numbers, meanings.DrainToImmutable());
    }
}
