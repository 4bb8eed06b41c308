using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

// The statement of a query: outputs, conditions, regions, ids and order.
internal sealed partial class IndexQuery
{
    private const int MaxIdLiterals = 8;

    private IndexSelect Select(ImmutableHashSet<ViewColumn> cast, Action<IndexSelect>? further)
    {
        IndexSelect select = new(() => Connection, files, dataset, view);
        foreach (ViewColumn column in columns)
            select.Output(column, cast.IsEmpty || !cast.Contains(column) ? null
                : types[column] is DuckDbTypeId.Decimal or DuckDbTypeId.HugeInt or DuckDbTypeId.UHugeInt ? "DOUBLE" : "VARCHAR");
        further?.Invoke(select);
        Restrict(select, isCounting: false);
        bool isInSavedOrder = query is { Order.IsEmpty: true, IsInIndexOrder: false, Base.Order.IsEmpty: false };
        if (isInSavedOrder && savedPositions is not null)
            select.OrderBy($"(SELECT n FROM {IndexSelect.SavedTable} WHERE id = d.{IndexSelect.Position})");
        foreach ((string expression, bool descending) in !isInSavedOrder ? query.Order : savedPositions is null ? query.Base!.Order : [])
            if (view.FindOrNull(expression) is { } column)
                select.OrderBy(column.IsHeavy ? throw new ArgumentException($"Rows cannot be sorted by the heavy column '{column.Name}'.")
                    : column, descending);
            else
                select.OrderBy(Parse(expression), descending);
        select.Limit = query.RowLimit;
        if (select.IsFirstRows)
            select.KeepTiles(t => t.FirstPosition < query.RowLimit);
        return select;
    }

    private void Restrict(IndexSelect select, bool isCounting)
    {
        expressions.Clear();
        select.IsUnordered = isCounting;
        foreach (string condition in query.Conditions)
            Restrict(select, condition);
        foreach (SearchRegion region in query.Regions)
            select.Where(region);
        if (query.Base is { } saved)
            RestrictTo(saved, select, isCounting);
        if (idPositions is { } positions)
        {
            MakeTable(IndexSelect.IdTable, [new("id", DuckDbColumn.Of<long>(positions))]);
            select.UsesPosition = true;
            select.KeepPositions(positions);
            select.IsSortedAnew = !isCounting;
            select.Where($"d.{IndexSelect.Position} IN (SELECT id FROM {IndexSelect.IdTable})");
        }
        else if (query.ObjectIds is { } ids)
        {
            select.Define(IndexSelect.RowId, select.StoredSql("object_id"));
            select.Near(ids.AsSpan());
            select.IsSortedAnew = !isCounting;
            select.Where($"d.{IndexSelect.RowId} IN ({SqlOf(ids)})");
        }
    }

    // A table takes longer than the look-up of few ids, and DuckDB compares literals with the statistics of row groups.
    private string SqlOf(ImmutableArray<ObjectId> ids)
    {
        if (ids.Length is > 0 and <= MaxIdLiterals && ids.All(id => !id.IsText || !id.Text.Contains('\0', StringComparison.Ordinal)))
            return string.Join(", ", ids.Select(id => id.IsText ? DuckDbSql.Literal(id.Text) : id.ToString()));
        MakeTable(IndexSelect.IdTable,
            [new("id", Dataset.ToColumn(ids.AsSpan(), dataset.IdsAreText ? DType.String : DType.Int64))]);
        return $"SELECT id FROM {IndexSelect.IdTable}";
    }

    // By its conditions, so that tiles and row groups are skipped, or by the positions of its rows.
    private void RestrictTo(Query saved, IndexSelect select, bool isCounting)
    {
        if (savedPositions is not { } positions)
        {
            foreach (string condition in saved.Conditions)
                Restrict(select, condition);
            foreach (SearchRegion region in saved.Regions)
                select.Where(region);
            return;
        }
        MakeTable(IndexSelect.SavedTable, LookupTable.SavedRows(positions));
        select.UsesPosition = true;
        select.KeepPositions(positions);
        select.IsSortedAnew = !isCounting;
        select.Where($"d.{IndexSelect.Position} IN (SELECT id FROM {IndexSelect.SavedTable})");
    }

    /// <summary>Creates a table of ids or positions by which rows are looked up.</summary>
    internal void MakeTable(string name, IReadOnlyList<KeyValuePair<string, DuckDbColumn>> table) =>
        LookupTable.Create(Connection, name, table, isTemporary: true);

    private void Restrict(IndexSelect select, string condition)
    {
        SqlExpression expression = Parse(condition, isCondition: true);
        select.Where(expression);
        foreach (PixelSearch pixels in ConditionCones.Of(expression, view, dataset.Manifest.Partition.Frame))
            select.Where(pixels);
    }

    private SqlExpression Parse(string text, bool isCondition = false)
    {
        string executed = ExactNames.Replace(Connection, CategoryNames.Replace(Connection, text, view), view);
        SqlExpression expression = isCondition ? SqlExpression.ParseCondition(Connection, executed)
            : SqlExpression.Parse(Connection, executed);
        if (expression.Names.FirstOrDefault(n => view.FindOrNull(n) is { IsHeavy: true }) is { } heavy)
            throw new ArgumentException($"'{text}': the column '{heavy}' is heavy; conditions must use light columns only.");
        expressions.Add((text, expression));
        return expression;
    }
}
