using System.Buffers.Binary;

namespace Pile.Tables.Arrow;

/// <summary>Checks the arrays and the number of buffers that a batch declares against the schema.</summary>
internal ref struct ArrowLayout(ReadOnlySpan<byte> nodes, ReadOnlySpan<byte> variadic, string what)
{
    // Values that are all missing are stored without a byte, so that a few bytes could declare any number.
    private const int MostNulls = 1 << 24;

    private readonly ReadOnlySpan<byte> nodes = nodes, variadic = variadic;
    private readonly long[] nulls = new long[nodes.Length / (2 * sizeof(long))];
    private int node, view;
    private long buffers;

    /// <summary>The number of missing values of each array, depth first.</summary>
    internal readonly long[] Nulls => nulls;

    /// <summary>Checks the arrays of a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="rows">The length that its array must have; null for any, as inside lists.</param>
    /// <exception cref="ArrowFault">The batch declares fewer arrays, or one of another length.</exception>
    internal void Add(ArrowField field, long? rows)
    {
        if (node == nulls.Length)
            throw FlatBufferTable.Invalid($"{what} has {nulls.Length} arrays, fewer than the schema");
        long length = BinaryPrimitives.ReadInt64LittleEndian(nodes[(16 * node)..]);
        long missing = BinaryPrimitives.ReadInt64LittleEndian(nodes[((16 * node) + 8)..]);
        if (length is < 0 or > int.MaxValue || (rows is { } expected && length != expected))
            throw ArrowFault.Damaged($"{what}, column '{field.Name}', declares {length} values"
                + (rows is { } required ? $"; {required} were expected" : ""));
        if (missing < 0 || missing > length)
            throw ArrowFault.Damaged($"{what}, column '{field.Name}', declares {missing} missing values of {length}");
        if (field.Type is ArrowField.Null && length > MostNulls)
            throw ArrowFault.Unsupported($"{what}, column '{field.Name}', declares {length} values of the type null; at most {MostNulls} are "
                + "read", "Leave the column out, or write it in smaller batches");
        nulls[node++] = missing;
        buffers += field.BufferCount;
        if (field.IsView)
        {
            if (variadic.Length < (view + 1) * sizeof(long))
                throw FlatBufferTable.Invalid($"{what} does not declare the buffers of column '{field.Name}'");
            long count = BinaryPrimitives.ReadInt64LittleEndian(variadic[(sizeof(long) * view++)..]);
            if (count is < 0 or > int.MaxValue)
                throw FlatBufferTable.Invalid($"{what} declares {count} buffers of column '{field.Name}'");
            buffers += count;
        }
        if (field.DictionaryId is null)
            foreach (ArrowField child in field.Children)
                Add(child, field.Type is ArrowField.Struct ? length : null);
    }

    /// <summary>Checks that nothing is left.</summary>
    /// <exception cref="ArrowFault">The batch declares more arrays, or another number of buffers.</exception>
    internal readonly void Complete(int bufferCount)
    {
        if (node != nulls.Length || buffers != bufferCount || variadic.Length != view * sizeof(long))
            throw FlatBufferTable.Invalid($"{what} has {nulls.Length} arrays and {bufferCount} buffers; the schema requires {node} and "
                + $"{buffers}");
    }
}
