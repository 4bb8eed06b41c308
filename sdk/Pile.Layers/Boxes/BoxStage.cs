using System.Globalization;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Layers;

/// <summary>Collects the boxes of one field from a table, checks them, and returns them as values of a patch.</summary>
/// <param name="connection">The connection with the staged table.</param>
/// <param name="columns">The columns of the boxes.</param>
/// <param name="number">The number of the field in the table.</param>
/// <param name="table">The staged table, with columns <c>id</c> and <c>n</c>.</param>
/// <param name="source">The table of the user, for messages.</param>
internal sealed class BoxStage(DuckDbConnection connection, BoxColumns columns, int number, string table, string source)
{
    // Coordinates are often fractions of the size times the size.
    private const double OutsidePixels = 1e-3;

    private readonly string boxes = string.Create(CultureInfo.InvariantCulture, $"_pile_boxes{number}"),
        rows = string.Create(CultureInfo.InvariantCulture, $"_pile_boxed{number}");

    private BoxMembers? members;

    /// <summary>The columns of the boxes.</summary>
    internal BoxColumns Columns => columns;

    /// <summary>Makes the tables of the boxes.</summary>
    internal void Begin() => connection.Execute($"CREATE OR REPLACE TEMP TABLE {rows} (n BIGINT); CREATE OR REPLACE TEMP TABLE {boxes} "
        + "(n BIGINT, k BIGINT, x DOUBLE, y DOUBLE, width DOUBLE, height DOUBLE, class VARCHAR, score DOUBLE)");

    /// <summary>Adds rows of the table.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="firstRow">The number of the first one.</param>
    /// <exception cref="ValueInvalidException">A box is not valid, or only some boxes have a class or score.</exception>
    internal void Append(RowBatch batch, long firstRow)
    {
        List<long> withValue = [], rowOf = [];
        List<Box> found = [];
        for (int i = 0; i < batch.RowCount; i++)
        {
            int before = found.Count;
            if (columns.Read(batch, i, found, out string? fault))
                withValue.Add(firstRow + i);
            if (fault is not null)
                throw Invalid(firstRow + i, fault, columns.HasMembers ? Box.Expected : BoxText.Expected);
            for (int k = before; k < found.Count; k++)
            {
                members ??= found[k].Members;
                if (found[k].Fault() is { } wrong)
                    throw Invalid(firstRow + i, $"box {k - before} with {wrong}", Box.Expected);
                if (members != found[k].Members)
                    throw Invalid(firstRow + i, $"box {k - before} with {Named(found[k].Members)}", $"a box with {Named(members.Value)}, "
                        + "as those before");
                rowOf.Add(firstRow + i);
            }
        }
        using (DuckDbAppender appender = connection.Append(rows))
        {
            appender.Append(DuckDbColumn.Of<long>(withValue.ToArray()));
            appender.Complete();
        }
        using (DuckDbAppender appender = connection.Append(boxes))
        {
            long[] numbers = [.. Enumerable.Range(0, found.Count)];
            bool[] hasNoScore = [.. found.Select(b => b.Score is null)];
            appender.Append(DuckDbColumn.Of<long>(rowOf.ToArray()), DuckDbColumn.Of<long>(numbers), Of(b => b.X), Of(b => b.Y),
                Of(b => b.Width), Of(b => b.Height), DuckDbColumn.Text([.. found.Select(b => b.Class)]),
                DuckDbColumn.Of<double>(found.Select(b => b.Score ?? 0).ToArray(), hasNoScore));
            appender.Complete();
        }

        DuckDbColumn Of(Func<Box, double> member) => DuckDbColumn.Of<double>(found.Select(member).ToArray());
    }

    /// <summary>Keeps one staged row of each id, which gets all boxes of the id.</summary>
    internal void GroupById(CancellationToken cancellationToken)
    {
        if (!columns.HasRowPerBox)
            return;
        string grouped = $"{boxes}_first";
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {grouped} AS SELECT n, min(n) OVER (PARTITION BY id) AS first FROM {table}; "
            + $"UPDATE {boxes} SET n = f.first, k = f.n FROM {grouped} f WHERE {boxes}.n = f.n; "
            + $"UPDATE {rows} SET n = f.first FROM {grouped} f WHERE {rows}.n = f.n; "
            + $"CREATE OR REPLACE TEMP TABLE {rows} AS SELECT DISTINCT n FROM {rows}; "
            + $"DELETE FROM {table} WHERE n NOT IN (SELECT first FROM {grouped}); DROP TABLE {grouped}",
            cancellationToken: cancellationToken);
    }

    /// <summary>Fits the boxes to a field.</summary>
    /// <param name="existing">The field before; null for a new one.</param>
    /// <param name="asked">The type that the user asks for; null for none.</param>
    /// <param name="sizesOf">Returns the sizes of the pictures of rows.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The field after, and the SQL of its values.</returns>
    /// <exception cref="ArgumentException">The field is of another type.</exception>
    /// <exception cref="ValueInvalidException">A box is outside of its picture.</exception>
    internal async Task<(LayerField Field, string Sql)> FitAsync(LayerField? existing, FieldType? asked,
        Func<CancellationToken, Task<PictureSizes?>> sizesOf, CancellationToken cancellationToken)
    {
        BoxMembers wanted = existing?.Type.Members ?? (asked is { Members: not BoxMembers.None } type ? type.Members
            : members ?? BoxMembers.None);
        if (existing is { Type.Kind: not FieldKind.Box })
            throw new ArgumentException($"The field '{existing.Name}' is {existing.Type}, but {source} has boxes. Write to a field of "
                + "another name.");
        if (members is { } found && found != wanted)
            throw new ArgumentException($"The boxes of '{columns.Field}' in {source} have {Named(found)}, but the field "
                + $"{(existing is null ? "is to be" : "is")} {FieldType.BoxesOf(wanted)}: {Named(wanted)}. Complete the table, or write "
                + "to a field of another name.");
        if (members is not null && await sizesOf(cancellationToken).ConfigureAwait(false) is { } sizes)
            RequireInside(sizes, cancellationToken);
        LayerField field = existing ?? new LayerField
        {
            Name = columns.Field,
            Type = FieldType.BoxesOf(wanted),
            Description = columns.Description,
        };
        if (wanted.HasFlag(BoxMembers.Class))
            field = field with { Categories = FieldCast.Extend(connection, field.Categories, boxes, Box.ClassName, cancellationToken) };
        return (field, Values(field.Type, cancellationToken));
    }

    private string Values(FieldType type, CancellationToken cancellationToken)
    {
        string values = $"{boxes}_values";
        string[] names = [.. Box.NamesOf(type.Members)];
        string lists = string.Join(", ", names.Select(m => $"list({m} ORDER BY k) AS {m}"));
        string items = string.Join(", ", names.Select(m =>
            $"'{m}': coalesce({m}, []::{(m == Box.ClassName ? "VARCHAR" : "DOUBLE")}[])"));
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {values} AS SELECT r.n, {{{items}}}::{type.PatchSql} AS v FROM {rows} r "
            + $"LEFT JOIN (SELECT n, {lists} FROM {boxes} GROUP BY n) b ON r.n = b.n", cancellationToken: cancellationToken);
        return $"(SELECT any_value(b.v) FROM {values} b WHERE b.n = {table}.n)";
    }

    private void RequireInside(PictureSizes sizes, CancellationToken cancellationToken)
    {
        string known = $"{boxes}_sizes";
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {known} (id {(sizes.Ids is [{ IsText: true }, ..] ? "VARCHAR" : "BIGINT")}, "
            + "w DOUBLE, h DOUBLE)", cancellationToken: cancellationToken);
        using (DuckDbAppender appender = connection.Append(known))
        {
            appender.Append(StateBuild.ToColumn(sizes.Ids, sizes.Ids is [{ IsText: true }, ..]),
                DuckDbColumn.Of<double>(sizes.Widths), DuckDbColumn.Of<double>(sizes.Heights));
            appender.Complete();
        }
        using DuckDbResult result = connection.Query(string.Create(CultureInfo.InvariantCulture, $"SELECT t.n, t.id::VARCHAR, ")
            + "format('x {}, y {}, width {} and height {}', b.x, b.y, b.width, b.height), format('{} × {}', w::BIGINT, h::BIGINT) "
            + string.Create(CultureInfo.InvariantCulture, $"FROM {boxes} b JOIN {table} t ON b.n = t.n JOIN {known} s ON t.id = s.id ")
            + string.Create(CultureInfo.InvariantCulture, $"WHERE b.x < -{OutsidePixels} OR b.y < -{OutsidePixels} OR ")
            + string.Create(CultureInfo.InvariantCulture, $"b.x + b.width > w + {OutsidePixels} OR b.y + b.height > h + {OutsidePixels} ")
            + "ORDER BY t.n, b.k LIMIT 1", cancellationToken: cancellationToken);
        if (result.TryNextChunk(out DuckDbChunk? chunk))
            throw new ValueInvalidException(source, chunk.Values<long>(0)[0], columns.Field,
                $"a box with {chunk[2].Text(0)} of object_id {chunk[1].Text(0)}",
                $"inside its picture of {chunk[3].Text(0)} pixels", "Clip the boxes to their pictures");
    }

    private ValueInvalidException Invalid(long row, string found, string expected) =>
        new(source, row, columns.Field, found, expected, "Correct the table");

    private static string Named(BoxMembers members) => string.Join(", ", Box.NamesOf(members));
}
