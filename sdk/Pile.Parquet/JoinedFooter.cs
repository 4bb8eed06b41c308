namespace Pile.Parquet;

/// <summary>Makes one footer out of those of files with different columns. What it does not change keeps its bytes.</summary>
internal static class JoinedFooter
{
    /// <summary>Returns the footer of all columns; metadata are those of the first part.</summary>
    /// <param name="parts">The footers, with the same row groups, whose pages and filters have places in the new file.</param>
    internal static byte[] Of(IReadOnlyList<PartFooter> parts)
    {
        PartFooter first = parts[0];
        CompactWriter joined = new();
        joined.Raw(first.Bytes.AsSpan(0, first.Schema.HeadAt));
        joined.ListOfStructs(1 + parts.Sum(p => p.Schema.Count - 1));
        joined.Raw(first.Bytes.AsSpan(first.Schema.At, first.ColumnCount.At - first.Schema.At));
        joined.Value(parts.Sum(p => p.ColumnCount.Value));
        joined.Raw(first.Bytes.AsSpan(first.ColumnCount.End, first.ColumnsAt - first.ColumnCount.End));
        foreach (PartFooter part in parts)
            joined.Raw(part.Bytes.AsSpan(part.ColumnsAt, part.Schema.End - part.ColumnsAt));
        joined.Raw(first.Bytes.AsSpan(first.Schema.End, first.GroupList.HeadAt - first.Schema.End));
        joined.ListOfStructs(first.Groups.Count);
        for (int group = 0; group < first.Groups.Count; group++)
            AppendGroup(joined, parts, group);
        joined.Raw(first.Bytes.AsSpan(first.GroupList.End, first.Orders.HeadAt - first.GroupList.End));
        joined.ListOfStructs(parts.Sum(p => p.Orders.Count));
        foreach (PartFooter part in parts)
            joined.Raw(part.Bytes.AsSpan(part.Orders.At, part.Orders.End - part.Orders.At));
        joined.Raw(first.Bytes.AsSpan(first.Orders.End));
        return joined.Written.ToArray();
    }

    private static void AppendGroup(CompactWriter joined, IReadOnlyList<PartFooter> parts, int number)
    {
        byte[] bytes = parts[0].Bytes;
        PartGroup[] groups = [.. parts.Select(p => p.Groups[number])];
        PartGroup first = groups[0];
        joined.Raw(bytes.AsSpan(first.At, first.Columns.HeadAt - first.At));
        joined.ListOfStructs(groups.Sum(g => g.Columns.Count));
        for (int i = 0; i < groups.Length; i++)
            AppendColumns(joined, parts[i].Bytes, groups[i]);
        int at = first.Columns.End;
        foreach ((PartNumber changed, long value) in ((PartNumber, long)[])[(first.RawBytes, groups.Sum(g => g.RawBytes.Value)),
            (first.Offset, first.Pages.NewOffset), (first.StoredBytes, groups.Sum(g => g.StoredBytes.Value))])
        {
            joined.Raw(bytes.AsSpan(at, changed.At - at));
            joined.Value(value);
            at = changed.End;
        }
        joined.Raw(bytes.AsSpan(at, first.End - at));
    }

    private static void AppendColumns(CompactWriter joined, byte[] bytes, PartGroup group)
    {
        int at = group.Columns.At;
        foreach ((PartNumber offset, bool isOfFilter) in group.Offsets)
        {
            joined.Raw(bytes.AsSpan(at, offset.At - at));
            joined.Value((isOfFilter ? group.Filters : group.Pages).Moved(offset.Value));
            at = offset.End;
        }
        joined.Raw(bytes.AsSpan(at, group.Columns.End - at));
    }
}
