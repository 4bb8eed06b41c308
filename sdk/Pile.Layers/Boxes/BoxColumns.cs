using Pile.Format;

namespace Pile.Layers;

/// <summary>The columns of a table that are the boxes of one field: text, or one column for each member, which has a list for each row
/// of the dataset or one box in each row of the table.</summary>
internal sealed class BoxColumns
{
    private static readonly string[] KnownMembers = [.. Box.NamesOf(BoxMembers.Class | BoxMembers.Score)];

    private readonly Dictionary<string, string> members = new(StringComparer.Ordinal);

    private BoxColumns(string field) => Field = field;

    /// <summary>The name of the field.</summary>
    internal string Field { get; }

    /// <summary>True if each row of the table has one box; then an id may have several rows.</summary>
    internal bool HasRowPerBox { get; private set; }

    /// <summary>True if there is a column for each member; false if texts have the boxes.</summary>
    internal bool HasMembers => members.Count > 0;

    /// <summary>The description of the column; null if it has none.</summary>
    internal string? Description { get; private init; }

    /// <summary>The names of the columns.</summary>
    internal IEnumerable<string> Names => members.Count > 0 ? members.Values : [Field];

    /// <summary>Finds the fields of boxes in the columns of a table.</summary>
    /// <param name="columns">The columns, without that of ids.</param>
    /// <param name="types">The types that the user asks for.</param>
    /// <param name="before">The fields of the layer.</param>
    /// <param name="table">The table, for messages.</param>
    /// <exception cref="ArgumentException">A member is missing, unknown, or of a wrong type.</exception>
    internal static BoxColumns[] Find(IReadOnlyList<ColumnSchema> columns, IReadOnlyDictionary<string, FieldType> types,
        IEnumerable<LayerField> before, string table)
    {
        IEnumerable<string> nested = columns.Where(c => c.Nested is not null).GroupBy(c => c.Nested!)
            .Where(g => Box.Sides.All(s => g.Any(c => c.NestedMember == s))).Select(g => g.Key);
        IEnumerable<string> known = before.Where(f => f.Type.Kind == FieldKind.Box).Select(f => f.Name)
            .Where(f => columns.Any(c => c.Name == f || c.Name.StartsWith(f + ".", StringComparison.Ordinal)));
        IEnumerable<string> asked = types.Count == 0 ? [] : types.Where(t => t.Value.Kind == FieldKind.Box).Select(t => t.Key);
        BoxColumns[] found = [.. asked.Concat(known).Concat(nested)
            .Distinct(StringComparer.Ordinal).Select(f => Of(f, columns, table))];
        if (found.FirstOrDefault(f => f.HasRowPerBox) is { } single && (found.Length > 1 || columns.Count > single.members.Count))
            throw new ArgumentException($"{table} has a box of '{single.Field}' in each row, so that an id may have several rows, and "
                + $"other columns, too: {string.Join(", ", columns.Select(c => c.Name).Except(single.Names))}. Set them with a table of "
                + "their own.");
        return found;
    }

    private static BoxColumns Of(string field, IReadOnlyList<ColumnSchema> columns, string table)
    {
        ColumnSchema[] parts = [.. columns.Where(c => c.Name.StartsWith(field + ".", StringComparison.Ordinal))];
        if (columns.FirstOrDefault(c => c.Name == field) is { } whole)
        {
            // A list without elements is that of a table in which no row has a box.
            if (parts.Length > 0 || !(whole is { DType: DType.String, IsScalar: true } || whole.Shape is [ColumnSchema.Ragged]))
                throw new ArgumentException($"The column {whole} of {table} does not have boxes: expected texts such as "
                    + $"[[10, 20, 30, 40]], or the columns {Needed(field)}.");
            return new BoxColumns(field) { Description = whole.Description };
        }
        if (Box.Sides.FirstOrDefault(s => parts.All(p => p.Name != $"{field}.{s}")) is { } missing)
            throw new ArgumentException(parts.Length == 0
                ? $"{table} has no column '{field}' for the type box, and none of {Needed(field)}. "
                    + SimilarNames.Hint(field, columns.Select(c => c.Name)) + "."
                : $"{table} has no column '{field}.{missing}': boxes have {Needed(field)}, and perhaps {field}.class and {field}.score.");
        BoxColumns found = new(field) { HasRowPerBox = parts[0].IsScalar };
        foreach (ColumnSchema part in parts)
        {
            string member = part.Name[(field.Length + 1)..];
            if (!KnownMembers.Contains(member))
                throw new ArgumentException($"The column '{part.Name}' of {table} is not a member of a box: members are "
                    + $"{string.Join(", ", KnownMembers)}.");
            bool isText = member == Box.ClassName;
            // A column without any value has the type of text.
            if ((isText && part.DType != DType.String) || part.DType == DType.Bool || part.IsScalar != found.HasRowPerBox
                || part.Shape.Length > 1)
                throw new ArgumentException($"The column {part} of {table} does not fit a box: expected "
                    + $"{(isText ? "text" : "numbers")}, {(found.HasRowPerBox ? "one in each row" : "a list in each row")}.");
            found.members[member] = part.Name;
        }
        return found;
    }

    /// <summary>Reads the boxes of a row.</summary>
    /// <param name="batch">Rows of the table.</param>
    /// <param name="row">The row in the batch.</param>
    /// <param name="boxes">Receives the boxes.</param>
    /// <param name="fault">What is wrong with the row; null if nothing is.</param>
    /// <returns>True if the row has a value, perhaps without a box; false if it takes the value away.</returns>
    internal bool Read(RowBatch batch, int row, List<Box> boxes, out string? fault)
    {
        fault = null;
        if (members.Count == 0)
            return ReadWhole(batch[Field], row, boxes, out fault);
        ColumnData x = batch[members["x"]];
        bool isNull = x.IsNullAt(row);
        int count = HasRowPerBox ? isNull ? 0 : 1 : isNull ? 0 : LengthOf(x, row);
        foreach ((string member, string name) in members)
            if (batch[name] is var column && (column.IsNullAt(row) != isNull
                || (!isNull && !HasRowPerBox && LengthOf(column, row) != count)))
            {
                fault = isNull || column.IsNullAt(row) ? $"a box with '{member}' or 'x' but not both"
                    : $"{LengthOf(column, row)} values of '{member}', but {count} of 'x',";
                return true;
            }
            else if (!isNull && member != Box.ClassName && column is TextColumnData text && count > 0)
            {
                fault = $"'{text.Text(row)}' as '{member}'";
                return true;
            }
        for (int i = 0; i < count; i++)
            boxes.Add(new Box(Number("x", i), Number("y", i), Number("width", i), Number("height", i),
                members.TryGetValue(Box.ClassName, out string? text) ? ((TextColumnData)batch[text]).Text(row, i) : null,
                members.ContainsKey(Box.ScoreName) ? Number(Box.ScoreName, i) : null));
        return HasRowPerBox || !isNull;

        double Number(string member, int element) => NumberOf(batch[members[member]], row, element);
    }

    private static bool ReadWhole(ColumnData column, int row, List<Box> boxes, out string? fault)
    {
        fault = null;
        if (column.IsNullAt(row))
            return false;
        if (column is not TextColumnData text)
        {
            fault = LengthOf(column, row) == 0 ? null : "a list of numbers";
            return true;
        }
        if (text.Element(row).IsEmpty)
            return false;
        fault = BoxText.Parse(text.Utf8[text.Starts.Span[row]..text.Starts.Span[row + 1]], boxes);
        return true;
    }

    private static int LengthOf(ColumnData column, int row)
    {
        ReadOnlySpan<int> shape = column.ShapeOf(row);
        return shape.IsEmpty ? 1 : shape[0];
    }

    private static double NumberOf(ColumnData column, int row, int element) => column switch
    {
        ColumnData<double> c => c.Row(row)[element],
        ColumnData<float> c => c.Row(row)[element],
        ColumnData<long> c => c.Row(row)[element],
        ColumnData<int> c => c.Row(row)[element],
        ColumnData<short> c => c.Row(row)[element],
        ColumnData<sbyte> c => c.Row(row)[element],
        ColumnData<ulong> c => c.Row(row)[element],
        ColumnData<uint> c => c.Row(row)[element],
        ColumnData<ushort> c => c.Row(row)[element],
        ColumnData<byte> c => c.Row(row)[element],
        _ => throw new InvalidOperationException($"'{column.Schema.Name}' has no numbers."),
    };

    private static string Needed(string field) => string.Join(", ", Box.Sides.Select(s => $"{field}.{s}"));
}
