using System.Globalization;
using Pile.Format;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>The key <c>filter</c> of a recipe's source, for one table.</summary>
internal sealed class RowFilter : IDisposable
{
    private readonly RowCondition condition;
    private readonly string path;
    private long rows, kept;

    /// <exception cref="SchemaMismatchException">It is not a condition on the columns of the table.</exception>
    internal RowFilter(string text, ITableReader table)
    {
        path = table.Path;
        try
        {
            condition = new(text, table.Columns);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e, isOfCaller: true);
        }
    }

    /// <summary>The columns to which the condition refers.</summary>
    internal IEnumerable<string> ColumnNames => condition.ColumnNames;

    /// <summary>Returns for each row of a batch whether it is kept.</summary>
    /// <exception cref="SchemaMismatchException">The condition cannot be evaluated for a row.</exception>
    internal bool[] Test(RowBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            bool[] meets = condition.Test(batch, cancellationToken, firstRow: rows);
            (rows, kept) = (rows + meets.Length, kept + meets.AsSpan().Count(true));
            return meets;
        }
        catch (ArgumentException e)
        {
            throw Invalid(e, isOfCaller: false);
        }
    }

    /// <summary>Reports the number of rows that were kept.</summary>
    internal void Report(BuildContext context) =>
        context.Report(string.Create(CultureInfo.InvariantCulture, $"{kept} of {rows} rows meet the filter."));

    /// <inheritdoc/>
    public void Dispose() => condition.Dispose();

    private SchemaMismatchException Invalid(ArgumentException e, bool isOfCaller) =>
        new(path, null, e.Message.TrimEnd('.'), "Correct 'filter' in the recipe's source", e) { IsOfCaller = isOfCaller };
}
