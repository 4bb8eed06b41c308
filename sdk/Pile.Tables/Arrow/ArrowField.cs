using System.Collections.Immutable;

namespace Pile.Tables.Arrow;

/// <summary>A field of an Arrow schema, as far as it decides which arrays and buffers a batch has.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The number of its type in the union <c>Type</c> of Schema.fbs.</param>
/// <param name="Children">Its fields, of the values if it has a dictionary.</param>
/// <param name="DictionaryId">The dictionary of its values; null without one.</param>
/// <remarks>Source: Apache Arrow, Schema.fbs of format version 1.5.</remarks>
internal sealed record ArrowField(string Name, byte Type, ImmutableArray<ArrowField> Children, long? DictionaryId)
{
    internal const byte Null = 1, FixedSizeBinary = 15, FixedSizeList = 16, Struct = 13, Union = 14, Map = 17, RunEndEncoded = 22,
        BinaryView = 23, Utf8View = 24, ListView = 25, LargeListView = 26;

    private const byte Int = 2, FloatingPoint = 3, Binary = 4, Utf8 = 5, Decimal = 7, Timestamp = 10, List = 12, LargeBinary = 19, LargeUtf8 = 20,
        LargeList = 21;

    /// <summary>The deepest nesting that is read. Programs that read Arrow descend fields recursively.</summary>
    internal const int MostLevels = 64;

    // A table may be the child of several others, so that a small schema can have very many fields.
    private const int MostEntries = 1 << 20;

    /// <summary>True for values in buffers of which a batch states the number.</summary>
    internal bool IsView => DictionaryId is null && Type is BinaryView or Utf8View;

    /// <summary>The number of buffers of an array, without those of views.</summary>
    internal int BufferCount => DictionaryId is not null ? 2 : Type switch
    {
        Null or RunEndEncoded => 0,
        Struct or FixedSizeList => 1,
        Binary or Utf8 or LargeBinary or LargeUtf8 or ListView or LargeListView => 3,
        _ => 2,
    };

    /// <summary>Reads the fields of a schema.</summary>
    /// <exception cref="ArrowFault">The metadata are damaged, the schema is big-endian, a field is nested too deep, or has a type that is
    /// not read.</exception>
    internal static ImmutableArray<ArrowField> Of(FlatBufferTable schema)
    {
        if (schema.Int16(0) != 0)
            throw ArrowFault.Unsupported("its numbers are big-endian", "Write it on a little-endian machine, or convert it to Parquet");
        int entries = MostEntries;
        ImmutableArray<ArrowField> fields = Fields(schema, 1, "", 1, ref entries);
        Pairs(schema, 2, ref entries);
        return fields;
    }

    /// <summary>Returns true if two fields have the same names and types.</summary>
    internal bool IsLike(ArrowField other) => Name == other.Name && Type == other.Type && DictionaryId == other.DictionaryId
        && Children.Length == other.Children.Length && Children.Zip(other.Children).All(pair => pair.First.IsLike(pair.Second));

    private static ImmutableArray<ArrowField> Fields(FlatBufferTable parent, int member, string path, int level, ref int entries)
    {
        int count = parent.TableCount(member);
        if (count > 0 && level > MostLevels)
            throw ArrowFault.Unsupported($"column '{path[..path.IndexOf('.', StringComparison.Ordinal)]}' is nested deeper than {MostLevels} "
                + "levels", "Leave the column out, or flatten it");
        ImmutableArray<ArrowField>.Builder fields = ImmutableArray.CreateBuilder<ArrowField>();
        for (int i = 0; i < count; i++)
            fields.Add(Field(parent.TableOf(member, i), path, level, ref entries));
        return fields.ToImmutable();
    }

    private static ArrowField Field(FlatBufferTable field, string parent, int level, ref int entries)
    {
        string name = field.Text(0) ?? "", path = parent.Length == 0 ? name : $"{parent}.{name}";
        Spend(ref entries, name.Length);
        Pairs(field, 6, ref entries);
        byte kind = field.Byte(2);
        FlatBufferTable type = field.Table(3) ?? throw FlatBufferTable.Invalid($"column '{path}' has no type");
        ImmutableArray<ArrowField> children = Fields(field, 5, path, level + 1, ref entries);
        int expected = kind switch
        {
            List or LargeList or ListView or LargeListView or FixedSizeList or Map => 1,
            RunEndEncoded => 2,
            Struct or Union => children.Length,
            _ => 0,
        };
        if (children.Length != expected || (kind == Map && children[0] is not { Type: Struct, Children.Length: 2 }))
            throw FlatBufferTable.Invalid($"column '{path}' has {children.Length} children; its type requires {expected}");
        RequireReadable(kind, type, path, level, children);
        long? dictionary = null;
        if (field.Table(4) is { } encoding)
        {
            dictionary = encoding.Int64(0);
            if (encoding.Table(1) is { } index)
                RequireInteger(index, path);
        }
        if (kind == RunEndEncoded && (dictionary is not null || children[1] is not { Children: [], DictionaryId: null }))
            throw Unsupported(path, "is run-end encoded with values that are nested or in a dictionary");
        return new ArrowField(name, kind, children, dictionary);
    }

    // Refuses the types that are not read, and the members that Apache.Arrow does not check.
    private static void RequireReadable(byte kind, FlatBufferTable type, string path, int level, ImmutableArray<ArrowField> children)
    {
        switch (kind)
        {
            case Union:
                throw Unsupported(path, "is a union");
            case RunEndEncoded when level > 1:
                throw Unsupported(path, "is run-end encoded inside another column");
            case Struct when children.IsEmpty:
                throw Unsupported(path, "is a struct without fields");
            case 0 or > LargeListView:
                throw Unsupported(path, $"has type {kind} of Arrow's format, which is unknown");
            case Int:
                RequireInteger(type, path);
                break;
            case FloatingPoint when type.Int16(0) is < 0 or > 2:
                throw FlatBufferTable.Invalid($"column '{path}' has floating-point numbers of an unknown precision");
            case FixedSizeBinary or FixedSizeList when type.Int32(0) is < 0 or > int.MaxValue / sizeof(long):
                throw FlatBufferTable.Invalid($"column '{path}' has values of {type.Int32(0)} elements");
            case Decimal when !IsDecimal(type.Int32(0), type.Int32(1), type.Int32(2, 128)):
                throw Unsupported(path, $"has decimals of {type.Int32(0)} digits, {type.Int32(1)} of them after the point, in "
                    + $"{type.Int32(2, 128)} bits");
            case Timestamp:
                type.Text(1);
                break;
        }
    }

    private static bool IsDecimal(int digits, int scale, int bits) => scale >= 0 && scale <= digits && digits > 0
        && digits <= bits switch { 32 => 9, 64 => 18, 128 => 38, 256 => 76, _ => 0 };

    private static void RequireInteger(FlatBufferTable type, string path)
    {
        if (type.Int32(0) is not (8 or 16 or 32 or 64))
            throw FlatBufferTable.Invalid($"column '{path}' has integers of {type.Int32(0)} bits");
    }

    private static ArrowFault Unsupported(string path, string finding) =>
        ArrowFault.Unsupported($"column '{path}' {finding}", "Leave the column out, or write it with another type");

    private static void Pairs(FlatBufferTable table, int member, ref int entries)
    {
        for (int i = 0, count = table.TableCount(member); i < count; i++)
        {
            FlatBufferTable pair = table.TableOf(member, i);
            Spend(ref entries, (pair.Text(0)?.Length ?? throw FlatBufferTable.Invalid("a key is missing")) + (pair.Text(1)?.Length ?? 0));
        }
    }

    private static void Spend(ref int entries, int characters)
    {
        entries -= 1 + (characters >> 8);
        if (entries < 0)
            throw FlatBufferTable.Invalid("its schema has more than a million entries");
    }
}
