namespace Pile.Format;

/// <summary>The keywords of the manifest for enumerations whose member names differ.</summary>
/// <remarks>They are not frozen: the methods that freeze a dictionary are compiled at run time for each type of value, which takes longer
/// than all look-ups of a manifest.</remarks>
internal static class ManifestWords
{
    /// <summary>The number of shards of a dataset whose rows the index alone stores.</summary>
    internal const string NoShards = "none";

    /// <summary>Positions without the column <c>row</c>.</summary>
    internal const string CompactPositions = "compact";

    internal static readonly Dictionary<string, MaskPolarity> Masks = new(StringComparer.Ordinal)
    {
        ["true_is_good"] = MaskPolarity.TrueIsGood,
        ["true_is_bad"] = MaskPolarity.TrueIsBad,
        ["zero_is_good"] = MaskPolarity.ZeroIsGood,
    };

    internal static readonly Dictionary<string, PieceCodec> Codecs = new(StringComparer.Ordinal)
    {
        ["none"] = PieceCodec.None,
        ["shuffle+deflate"] = PieceCodec.ShuffleDeflate,
    };

    internal static readonly Dictionary<string, ColumnStorage> Storages = new(StringComparer.Ordinal)
    {
        ["light"] = ColumnStorage.Light,
        ["heavy"] = ColumnStorage.Heavy,
        ["reference"] = ColumnStorage.Reference,
        ["window"] = ColumnStorage.Window,
    };

    internal static Dictionary<string, DType> OfDTypes()
    {
        Dictionary<string, DType> words = new(StringComparer.Ordinal);
        foreach (DType type in Enum.GetValues<DType>())
            words.Add(type.Name(), type);
        return words;
    }

    internal static string Of<T>(Dictionary<string, T> words, T value)
    {
        foreach (KeyValuePair<string, T> pair in words)
            if (EqualityComparer<T>.Default.Equals(pair.Value, value))
                return pair.Key;
        throw new ArgumentOutOfRangeException(nameof(value), value, "There is no keyword for this value.");
    }
}
