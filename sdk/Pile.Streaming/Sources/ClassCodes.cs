using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Numerics;
using Pile.Format;

namespace Pile.Streaming;

/// <summary>Maps the class codes of one source to those of the union, by class name.</summary>
internal sealed class ClassCodes
{
    private readonly FrozenDictionary<long, long> byCode;

    private ClassCodes(FrozenDictionary<long, long> byCode) => this.byCode = byCode;

    /// <summary>Returns the mapping for one source; null if its codes equal those of the union.</summary>
    internal static ClassCodes? Of(ImmutableArray<CategorySchema> own, ImmutableArray<CategorySchema> united)
    {
        if (own.All(united.Contains))
            return null;
        Dictionary<string, long> byName = new(StringComparer.Ordinal);
        foreach (CategorySchema category in united)
            byName.TryAdd(category.Name, category.Code);
        return new ClassCodes(own.ToFrozenDictionary(c => c.Code, c => byName[c.Name]));
    }

    /// <summary>Unites classes by name. Those of the first column keep their codes; each further class gets its own code if that is free,
    /// otherwise the next one above all.</summary>
    internal static ImmutableArray<CategorySchema> Unite(IReadOnlyList<ColumnSchema> columns)
    {
        SortedDictionary<long, CategorySchema> united = new(columns[0].Categories.ToDictionary(c => c.Code));
        HashSet<string> names = new(columns[0].Categories.Select(c => c.Name), StringComparer.Ordinal);
        foreach (CategorySchema category in columns.Skip(1).SelectMany(c => c.Categories))
            if (names.Add(category.Name))
            {
                long code = united.ContainsKey(category.Code) ? united.Keys.Last() + 1 : category.Code;
                united.Add(code, category with { Code = code });
            }
        return [.. united.Values];
    }

    /// <summary>Returns why the classes of columns cannot be united; null if they can.</summary>
    internal static string? Difference(IReadOnlyList<ColumnSchema> columns, UnionOptions options)
    {
        ImmutableArray<CategorySchema> united = Unite(columns);
        if (!options.UniteClasses)
        {
            string[] missing = [.. columns.Select((c, source) =>
                (Names: united.Select(u => u.Name).Except(c.Categories.Select(own => own.Name)).ToArray(), Source: source))
                .Where(m => m.Names.Length > 0)
                .Select(m => $"source {m.Source} has no class {string.Join(", ", m.Names.Select(n => $"'{n}'"))}")];
            if (missing.Length > 0)
                return $"{string.Join(", ", missing)} (UnionOptions.UniteClasses unites the classes)";
        }
        return !united.IsEmpty && united[^1].Code > Greatest(columns[0].DType)
            ? $"{columns[0].DType.Name()} has no code left for the class '{united[^1].Name}'" : null;
    }

    /// <summary>Returns a column with the union's codes.</summary>
    /// <exception cref="DatasetInvalidException">A value is not the code of a class.</exception>
    internal ColumnData Recode(ColumnData column, ColumnSchema schema) => column switch
    {
        ColumnData<sbyte> c => Recode(c, schema),
        ColumnData<byte> c => Recode(c, schema),
        ColumnData<short> c => Recode(c, schema),
        ColumnData<ushort> c => Recode(c, schema),
        ColumnData<int> c => Recode(c, schema),
        ColumnData<uint> c => Recode(c, schema),
        ColumnData<long> c => Recode(c, schema),
        ColumnData<ulong> c => Recode(c, schema),
        _ => throw new ArgumentException($"Column '{schema.Name}' is {column.Schema.DType.Name()}: codes are integers.", nameof(column)),
    };

    private ColumnData<T> Recode<T>(ColumnData<T> column, ColumnSchema schema) where T : unmanaged, IBinaryInteger<T>
    {
        T[] values = new T[column.Values.Length];
        int[] shapes = new int[schema.IsRagged ? column.RowCount * schema.Shape.Length : 0];
        int next = 0;
        for (int row = 0; row < column.RowCount; row++)
        {
            if (schema.IsRagged)
                column.ShapeOf(row).CopyTo(shapes.AsSpan(row * schema.Shape.Length));
            bool isNull = column.IsNullAt(row);
            foreach (T value in column.Row(row))
                values[next++] = isNull ? T.Zero : byCode.TryGetValue(long.CreateSaturating(value), out long code) ? T.CreateChecked(code)
                    : throw new DatasetInvalidException(schema.Name, $"the column has the code {value}, which is not the code of a class",
                        "Run 'pile validate' on the datasets of the union for all findings");
        }
        return schema.IsRagged ? new ColumnData<T>(schema, values, shapes, column.IsNull)
            : new ColumnData<T>(schema, values, column.RowCount, column.IsNull);
    }

    private static long Greatest(DType type) => type switch
    {
        DType.Int8 => sbyte.MaxValue,
        DType.UInt8 => byte.MaxValue,
        DType.Int16 => short.MaxValue,
        DType.UInt16 => ushort.MaxValue,
        DType.Int32 => int.MaxValue,
        DType.UInt32 => uint.MaxValue,
        _ => long.MaxValue,
    };
}
