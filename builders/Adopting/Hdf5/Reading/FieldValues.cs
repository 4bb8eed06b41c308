using System.Runtime.InteropServices;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Reads light values of fields into columns.</summary>
internal static class FieldValues
{
    /// <summary>Adds rows of a field of a table. A row whose shape is not valid is added without a value.</summary>
    /// <exception cref="Hdf5Exception">The values are corrupt; then no row is added.</exception>
    internal static void AddRows(ForeignFile file, SourceField field, RowBuffer rows, RowCompanions? companions, long firstRow,
        int rowCount, LightBuilder into)
    {
        if (rowCount is 0)
            return;
        companions?.Read(firstRow, rowCount);
        Span<byte> stored = rows.Read(firstRow, rowCount);
        if (companions is null)
            Add(file, field, stored, (int)rows.Dataset.RowBytes, rowCount, into);
        else
            AddParts(file, field, stored, companions, firstRow, rowCount, into);
    }

    /// <summary>Adds rows without their padding.</summary>
    private static void AddParts(ForeignFile file, SourceField field, Span<byte> stored, RowCompanions companions, long firstRow,
        int rowCount, LightBuilder into)
    {
        int elements = checked((int)field.ElementsPerRow), elementBytes = field.Type.Element.Bytes;
        ReadOnlyMemory<byte>[]? texts = field.Type.Kind is not FieldKind.VariableText ? null
            : file.Sequences.Read(field.Type.Element, stored, field.Path);
        for (int i = 0; i < rowCount; i++)
        {
            if (companions.IsNullAt(firstRow + i) || companions.FaultAt(firstRow + i) is not null)
            {
                into.AddNull();
                continue;
            }
            int count = 1;
            foreach (int length in companions.ShapeAt(firstRow + i)) // one axis, or all elements
                count *= length;
            if (texts is not null)
                into.Add(texts.AsSpan(i * elements, count), 1);
            else
                into.Add(field.Type, stored.Slice(i * elements * elementBytes, count * elementBytes), 1);
        }
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
        ReadOnlySpan<byte> rows = stored;
        if (field.IsMember)
            stored = Members(field, rows, rowBytes, rowCount);
        if (field.SecondPart is { } second)
        {
            stored = Sums(field, stored, Members(second, rows, rowBytes, rowCount));
            into.Add(field.Type with { Element = NativeElements.Of(field.Type.Element) }, stored, rowCount);
            SetMissing(field, rows, rowBytes, rowCount, into);
            SetMissing(second, rows, rowBytes, rowCount, into);
            return;
        }
        if (field.Type.Kind is FieldKind.VariableText)
            into.Add(file.Sequences.Read(field.Type.Element, stored, field.Path), rowCount);
        else
            into.Add(field.StoredType ?? field.Type, stored, rowCount);
        SetMissing(field, rows, rowBytes, rowCount, into);
    }

    /// <summary>Returns the values of a member of a compound.</summary>
    private static byte[] Members(SourceField field, ReadOnlySpan<byte> rows, int rowBytes, int rowCount)
    {
        int memberBytes = checked((int)field.ElementsPerRow * field.Type.Element.Bytes);
        byte[] members = new byte[checked(memberBytes * rowCount)];
        for (int row = 0; row < rowCount; row++)
            rows.Slice((row * rowBytes) + field.MemberOffset, memberBytes).CopyTo(members.AsSpan(row * memberBytes));
        return members;
    }

    /// <summary>Returns the sums of the two parts of times, little-endian.</summary>
    private static byte[] Sums(SourceField field, Span<byte> first, Span<byte> second)
    {
        NativeOrder.Convert(field.Type.Element, first);
        NativeOrder.Convert(field.SecondPart!.Type.Element, second);
        double[] sums = [.. MemoryMarshal.Cast<byte, double>(first)];
        ReadOnlySpan<double> rest = MemoryMarshal.Cast<byte, double>(second);
        for (int i = 0; i < sums.Length; i++)
            sums[i] = sums[i] - field.ZeroDay + rest[i]; // the first difference is exact
        return MemoryMarshal.AsBytes(sums.AsSpan()).ToArray();
    }

    private static void SetMissing(SourceField field, ReadOnlySpan<byte> rows, int rowBytes, int rowCount, LightBuilder into)
    {
        if (field.Mask is { } mask)
            into.SetMissing(Members(mask, rows, rowBytes, rowCount), rowCount);
    }
}
