using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Tables;

namespace Pile.CrossMatch;

/// <summary>A plain table as a side of a match.</summary>
public sealed class TableSide : MatchSide
{
    private static readonly ModalityColumn Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    private readonly ITableReader table;
    private readonly PositionColumns positions;
    private readonly PositionOptions options;

    private TableSide(ITableReader table, PositionColumns positions, PositionOptions options) => (this.table, this.positions, this.options) = (table, positions, options);

    /// <inheritdoc/>
    public override string Name => table.Path;

    /// <inheritdoc/>
    public override ImmutableArray<ColumnSchema> Columns => table.Columns;

    /// <summary>Prepares a table; it stays the caller's to close.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ra">The column of right ascension, where name and UCD don't tell.</param>
    /// <param name="dec">The column of declination, likewise.</param>
    /// <param name="id">The column of ids, likewise; without one the row's number is the id.</param>
    /// <param name="raUnit">What right ascension is in, where the column doesn't tell.</param>
    /// <param name="onMessage">Hears which columns were guessed, and of doubts such as right ascensions that look like hours.</param>
    /// <exception cref="ArgumentException">A column is missing or ambiguous; the columns are listed.</exception>
    public static TableSide Create(ITableReader table, string? ra = null, string? dec = null, string? id = null, RaUnit? raUnit = null, Action<string>? onMessage = null)
    {
        PositionColumns found = PositionColumns.Find(table.Columns, ra, dec, id);
        if (found.Explanation.Length > 0)
            onMessage?.Invoke($"{table.Path}: {found.Explanation}");
        if (found.Id is null)
            onMessage?.Invoke($"{table.Path}: no column of ids was found or named (--id): the row's number is its id.");
        return new TableSide(table, found, new PositionOptions { RaUnit = raUnit, OnWarning = onMessage });
    }

    internal override async IAsyncEnumerable<RowBatch> ReadAsync(IReadOnlyList<string> columnNames, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string[] wanted = [.. ((string[])[positions.Ra.Name, positions.Dec.Name, .. positions.Id is null ? [] : (string[])[positions.Id.Name], .. columnNames]).Distinct()];
        PositionReader reader = new(table, positions, options);
        long row = 0;
        await foreach (RowBatch batch in table.ReadAsync(wanted, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            PositionBatch position = reader.Read(batch);
            yield return new RowBatch([
                ObjectIdColumn.Of(batch, positions, row), new ColumnData<double>(Ra.With(DType.Float64, []), position.WrappedRaDeg()), new ColumnData<double>(Dec.With(DType.Float64, []), position.DecDeg),
                .. columnNames.Select(n => batch[n])]);
            row += batch.RowCount;
        }
        reader.Complete();
    }
}
