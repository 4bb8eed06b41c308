using System.Collections.Frozen;

namespace Pile.Format;

/// <summary>The keywords of the manifest for enumerations whose member names differ.</summary>
internal static class ManifestWords
{
    /// <summary>The number of shards of a dataset whose rows the index alone stores.</summary>
    internal const string NoShards = "none";

    /// <summary>Positions without the column <c>row</c>.</summary>
    internal const string CompactPositions = "compact";

    internal static readonly FrozenDictionary<string, MaskPolarity> Masks = new Dictionary<string, MaskPolarity>
    {
        ["true_is_good"] = MaskPolarity.TrueIsGood,
        ["true_is_bad"] = MaskPolarity.TrueIsBad,
        ["zero_is_good"] = MaskPolarity.ZeroIsGood,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static readonly FrozenDictionary<string, PieceCodec> Codecs = new Dictionary<string, PieceCodec>
    {
        ["none"] = PieceCodec.None,
        ["shuffle+deflate"] = PieceCodec.ShuffleDeflate,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static readonly FrozenDictionary<string, ColumnStorage> Storages = new Dictionary<string, ColumnStorage>
    {
        ["light"] = ColumnStorage.Light,
        ["heavy"] = ColumnStorage.Heavy,
        ["reference"] = ColumnStorage.Reference,
        ["window"] = ColumnStorage.Window,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    internal static string Of<T>(FrozenDictionary<string, T> words,
        T value) => words.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Key;
}
