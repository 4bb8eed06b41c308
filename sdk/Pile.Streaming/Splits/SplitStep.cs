using System.Collections.Immutable;
using System.Globalization;
using Pile.Reading;

namespace Pile.Streaming;

/// <summary>How a split is made of a query: its kind and parameters, as pins record them.</summary>
/// <param name="Kind">One of the constants.</param>
/// <param name="Parameters">Texts by name; a parameter with several values has several texts.</param>
internal sealed record SplitStep(string Kind, ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters)
{
    internal const string Hash = "hash", Group = "group", Stratified = "stratified", Iterative = "iterative", Sky = "sky",
        Tile = "tile", Column = "column", Folds = "folds";

    private const string SharesKey = "shares", SeedKey = "seed", ColumnsKey = "columns", OrderKey = "order", GuardKey = "guard_arcsec",
        GridKey = "grid", GuardMKey = "guard_m", CountKey = "count", GroupKey = "group", StratifyKey = "stratify";

    internal static SplitStep Of(string kind, SplitShares shares, ulong seed, params string[] columns) =>
        Of(kind, (SharesKey, Texts(shares)), (SeedKey, [Text(seed)]), (ColumnsKey, columns));

    internal static SplitStep OfSky(SplitShares shares, int order, double guardArcsec, ulong seed) =>
        Of(Sky, (SharesKey, Texts(shares)), (SeedKey, [Text(seed)]), (OrderKey, [Text(order)]), (GuardKey, [Text(guardArcsec)]));

    internal static SplitStep OfTile(SplitShares shares, string? grid, double guardM, ulong seed) => Of(Tile, (SharesKey, Texts(shares)),
        (SeedKey, [Text(seed)]), (GridKey, grid is null ? [] : [grid]), (GuardMKey, [Text(guardM)]));

    internal static SplitStep OfColumn(string column) => Of(Column, (ColumnsKey, [column]));

    internal static SplitStep OfFolds(int count, string? group, IEnumerable<string> stratify, ulong seed) =>
        Of(Folds, (CountKey, [Text(count)]), (GroupKey, group is null ? [] : [group]), (StratifyKey, stratify), (SeedKey, [Text(seed)]));

    /// <summary>Makes the split.</summary>
    /// <exception cref="ArgumentException">The kind is unknown, a parameter is missing or not valid, or a column is unknown.</exception>
    internal Task<RowSplit> MakeAsync(Query query, CancellationToken cancellationToken) => Kind switch
    {
        Hash => Split.ByHashAsync(query, Shares, Seed, cancellationToken),
        Group => Split.ByGroupAsync(query, Only(ColumnsKey), Shares, Seed, cancellationToken),
        Stratified => Split.StratifiedAsync(query, Only(ColumnsKey), Shares, Seed, cancellationToken),
        Iterative => Split.IterativeAsync(query, All(ColumnsKey), Shares, Seed, cancellationToken),
        Sky => Split.BySkyAsync(query, Shares, Number<int>(OrderKey), Number<double>(GuardKey), Seed, cancellationToken),
        Tile => Split.ByTileAsync(query, Shares, All(GridKey).FirstOrDefault(), Number<double>(GuardMKey), Seed, cancellationToken),
        Column => Split.ByColumnAsync(query, Only(ColumnsKey), cancellationToken),
        Folds => Split.FoldsAsync(query, Number<int>(CountKey), All(GroupKey).FirstOrDefault(), All(StratifyKey), Seed, cancellationToken),
        _ => throw new ArgumentException($"There is no split of kind '{Kind}'; the kinds are {Hash}, {Group}, {Stratified}, {Iterative}, "
            + $"{Sky}, {Tile}, {Column} and {Folds}."),
    };

    private ulong Seed => Number<ulong>(SeedKey);

    private SplitShares Shares => new(All(SharesKey).Select(text =>
        text.LastIndexOf('=') is > 0 and var at && double.TryParse(text[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture,
            out double weight) ? (text[..at], weight) : throw new ArgumentException($"'{text}' is not a share such as train=8.")));

    private ImmutableArray<string> All(string key) => Parameters.GetValueOrDefault(key, []);

    private string Only(string key) => All(key) is [var only] ? only
        : throw new ArgumentException($"A split of kind '{Kind}' needs one value of '{key}'; found {All(key).Length}.");

    private T Number<T>(string key) where T : IParsable<T> => T.TryParse(Only(key), CultureInfo.InvariantCulture, out T? number) ? number
        : throw new ArgumentException($"'{Only(key)}' is not a valid value of '{key}'.");

    private static SplitStep Of(string kind, params (string Key, IEnumerable<string> Values)[] parameters) =>
        new(kind, parameters.Where(p => p.Values.Any())
            .ToImmutableSortedDictionary(p => p.Key, p => p.Values.ToImmutableArray(), StringComparer.Ordinal));

    private static IEnumerable<string> Texts(SplitShares shares) =>
        shares.Names.Zip(shares.Weights, (name, weight) => $"{name}={Text(weight)}");

    private static string Text(IFormattable number) => number.ToString(number is double ? "R" : null, CultureInfo.InvariantCulture);
}
