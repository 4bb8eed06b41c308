using System.Globalization;
using Pile.Reading;

namespace Pile.Cli.Commands;

/// <summary>The parts of a saved query as text: what selects, sorts and limits its rows.</summary>
internal static class SavedQueryText
{
    private const int MaxLength = 200; // coverage maps and polygons are long

    /// <summary>Returns the parts that the query has, by the names of its document (QUERIES.md).</summary>
    internal static IEnumerable<(string Part, string Text)> Of(SavedQuery query)
    {
        if (query.IdColumn is { } id)
            yield return ("id", id);
        if (!query.Where.IsEmpty)
            yield return ("where", string.Join(" AND ", query.Where));
        if (!query.Regions.IsEmpty)
            yield return ("region", string.Join("; ", query.Regions.Select(region => Short($"{region.Kind} {region.Text}"))));
        if (query.Ids is { } ids)
            yield return ("ids", string.Create(CultureInfo.InvariantCulture, $"{ids.Length:N0} listed"));
        if (query.Columns is { } columns)
            yield return ("columns", string.Join(", ", columns));
        if (!query.Order.IsEmpty)
            yield return ("sort", string.Join(", ", query.Order.Select(o => o.Descending ? $"{o.Expression} desc" : o.Expression)));
        if (query.Limit is { } limit)
            yield return ("limit", limit.ToString(CultureInfo.InvariantCulture));
    }

    private static string Short(string text) => text.Length > MaxLength ? text[..MaxLength] + "…" : text;
}
