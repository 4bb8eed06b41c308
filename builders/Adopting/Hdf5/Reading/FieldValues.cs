using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads light values of fields into columns.</summary>
internal static class FieldValues
{
    /// <summary>Adds rows of a field of a table.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt.</exception>
    internal static void AddRows(ForeignFile file, SourceField field, RowBuffer rows, long firstRow, int rowCount, LightBuilder into)
    {
        if (rowCount > 0)
            Add(file, field, rows.Read(firstRow, rowCount), (int)rows.Dataset.RowBytes, rowCount, into);
    }

    /// <summary>Adds one row with all elements of a dataset of an object, or with the value of an attribute.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt.</exception>
    internal static void AddObject(ForeignFile file, SourceField field, ForeignDataset? dataset, LightBuilder into)
    {
        if (field.Attribute is { } attribute)
        {
            if (field.Type.Kind is FieldKind.VariableText)
                into.Add(attribute.ReadSequences(), 1);
            else
                // The attribute converts its values to little-endian.
                into.Add(field.Type with { Element = NativeElements.Of(field.Type.Element) }, attribute.Read(), 1);
            return;
        }
        int count = checked((int)dataset!.RowCount);
        Span<byte> stored = new RowBuffer(dataset).Read(0, count);
        Add(file, field, stored, stored.Length, 1, into);
    }

    private static void Add(ForeignFile file, SourceField field, Span<byte> stored, int rowBytes, int rowCount, LightBuilder into)
    {
        if (field.IsMember)
        {
            int memberBytes = checked((int)field.ElementsPerRow * field.Type.Element.Bytes);
            byte[] members = new byte[checked(memberBytes * rowCount)];
            for (int row = 0; row < rowCount; row++)
                stored.Slice((row * rowBytes) + field.MemberOffset, memberBytes).CopyTo(members.AsSpan(row * memberBytes));
            stored = members;
        }
        if (field.Type.Kind is FieldKind.VariableText)
            into.Add(file.Sequences.Read(field.Type.Element, stored, field.Path), rowCount);
        else
            into.Add(field.Type, stored, rowCount);
    }
}
