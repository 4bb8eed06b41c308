using System.Globalization;
using Pile.Cli.Terminal;
using Pile.Drawing;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;
using Pile.Tables;

namespace Pile.Cli.Commands;

/// <summary>A pair of a match table.</summary>
/// <param name="Own">The id of the dataset that is drawn.</param>
/// <param name="Other">The id of the other dataset.</param>
/// <param name="SeparationArcsec">Null if the table does not have it.</param>
internal sealed record MatchedPair(ObjectId Own, ObjectId Other, double? SeparationArcsec);

/// <summary>Draws the rows of both sides of matches next to each other.</summary>
internal static class MatchedPairs
{
    private const string SeparationColumn = "separation_arcsec";
    private const int MostFacts = 30, LongestId = 120;

    /// <summary>Reads pairs with both ids, in the order of the table.</summary>
    internal static async Task<List<MatchedPair>> ReadAsync(Dataset own, Dataset other, string path, string side, long most,
        CancellationToken cancellationToken)
    {
        await using ITableReader table =
            await TableReader.OpenAsync(InputFile.Require(path, "The table of matches"), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
        string otherSide = side == "a" ? "b" : "a";
        bool hasSeparation = table.Columns.Any(c => c.Name == SeparationColumn);
        List<MatchedPair> pairs = [];
        await foreach (RowBatch batch in table.ReadAsync([$"{side}_object_id", $"{otherSide}_object_id",
            .. hasSeparation ? (string[])[SeparationColumn] : []], cancellationToken: cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount && pairs.Count < most; row++)
                if (!batch.Columns[0].IsNullAt(row) && !batch.Columns[1].IsNullAt(row))
                    pairs.Add(new(own.ParseId(CellText.Of(batch.Columns[0], row)), other.ParseId(CellText.Of(batch.Columns[1], row)),
                        hasSeparation ? RowNumbers.Scalar(batch, SeparationColumn, row) : null));
        return pairs;
    }

    /// <summary>Draws columns of one side, or lists the light columns of a catalogue.</summary>
    /// <returns>The pictures of each id.</returns>
    internal static async Task<Dictionary<ObjectId, List<SvgFigure>>> DrawAsync(Dataset dataset, IEnumerable<ObjectId> ids,
        string[] columns, PlotSettings settings, Action<string> message, CancellationToken cancellationToken)
    {
        ObjectId[] wanted = [.. ids.Distinct()];
        Dictionary<ObjectId, List<SvgFigure>> figures = wanted.ToDictionary(id => id, _ => new List<SvgFigure>());
        if (columns.Length == 0 && !RowPlot.HasPicture(dataset.Manifest))
        {
            RowReader rows = await dataset.OpenRowsByIdAsync(wanted, dataset.Query(), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await foreach (RowBatch batch in rows.ReadAllAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
                for (int row = 0; row < batch.RowCount; row++)
                    figures[dataset.ParseId(RowNumbers.Id(batch, row))].Add(FactsFigure.Draw(
                        $"{dataset.Manifest.Name}: {RowNumbers.Id(batch, row)}", Facts(batch, row)));
            return figures;
        }
        foreach (string? column in columns.Length == 0 ? (string?[])[null] : columns)
        {
            (RowPlot plot, string[] needed) = RowFigures.Plan(dataset, column, settings);
            RowReader rows = await dataset.OpenRowsByIdAsync(wanted, (settings.Native ? dataset.Query().Native() : dataset.Query())
                .Columns(needed), cancellationToken: cancellationToken).ConfigureAwait(false);
            foreach (RowFigure drawn in await RowFigures.DrawAsync(rows, plot, message, cancellationToken).ConfigureAwait(false))
                figures[dataset.ParseId(drawn.Id)].Add(drawn.Figure);
        }
        return figures;
    }

    /// <summary>Places the pictures of both sides of a pair next to each other; null if neither has one.</summary>
    internal static RowFigure? Together(MatchedPair pair, List<SvgFigure> own, List<SvgFigure> other)
    {
        if (own.Count + other.Count == 0)
            return null;
        string separation = pair.SeparationArcsec is { } arcsec
            ? string.Create(CultureInfo.InvariantCulture, $"{arcsec:0.###}″") : "";
        (string ownId, string otherId) = (Short(pair.Own.ToString()), Short(pair.Other.ToString()));
        string title = $"{ownId} and {otherId}{(separation.Length > 0 ? $", {separation} apart" : "")}";
        return new(pair.Own.ToString(), SvgFigure.Grid([.. own, .. other], 2, title),
            [new("object_id", ownId), new("matched with", otherId),
                .. separation.Length > 0 ? (KeyValuePair<string, string>[])[new("separation", separation)] : []], IsWide: true);
    }

    // Ids may be texts of any length.
    private static string Short(string id) => id.Length > LongestId ? id[..LongestId] + "…" : id;

    private static IEnumerable<KeyValuePair<string, string>> Facts(RowBatch batch, int row) => batch.Columns
        .Where(c => c.Schema is { IsHeavy: false, IsScalar: true } && !c.IsNullAt(row)).Take(MostFacts)
        .Select(c => new KeyValuePair<string, string>(c.Schema.Name,
            CellText.Of(c, row) + (c.Schema.Unit is { Length: > 0 } unit ? $" {UnitText.Of(unit)}" : "")));
}
