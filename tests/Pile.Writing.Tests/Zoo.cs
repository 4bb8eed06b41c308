using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Writing.Tests;

/// <summary>Rows with every kind of column. Each value is computed from the row's id, so that a Python script can compute it too.</summary>
internal static class Zoo
{
    internal static readonly Provenance Provenance = new()
    {
        Project = "Zoo",
        Survey = "ZooSurvey",
        Instrument = "Cage",
        Release = "DR1",
        Licence = "CC0-1.0",
        Citation = "Noah (1)",
        Builder = "zoo",
        BuilderVersion = "3",
    };

    internal static DatasetSpec Spec => new()
    {
        Name = "zoo",
        Modality = "catalogue",
        Provenance = Provenance,
        TimeScale = "TAI",
        TimeReference = "TOPOCENTER",
        Description = "One of each."
    };

    internal static double Ra(int id) => id * 137.50776405 % 360;

    internal static double Dec(int id) => (id * 7919 % 17_999 / 100.0) - 89.99;

    internal static ColumnSchema Common(string name, DType type) => Modality.Common.Find(name)!.With(type, []);

    /// <summary>Returns rows with id and position only.</summary>
    internal static RowBatch Positions(IReadOnlyList<int> ids) => new(PositionColumns(ids));

    internal static IEnumerable<ColumnData> PositionColumns(IReadOnlyList<int> ids) =>
    [
        new ColumnData<long>(Common("object_id", DType.Int64), ids.Select(i => (long)i).ToArray()),
        new ColumnData<double>(Common("ra", DType.Float64), ids.Select(Ra).ToArray()),
        new ColumnData<double>(Common("dec", DType.Float64), ids.Select(Dec).ToArray()),
    ];

    /// <summary>Returns rows with all kinds of columns.</summary>
    internal static RowBatch Batch(IReadOnlyList<int> ids)
    {
        List<ColumnData> columns = [.. PositionColumns(ids)];
        columns.Add(new ColumnData<double>(Common("mjd", DType.Float64), ids.Select(i => 59_000.0 + i).ToArray()));
        Add("truth", DType.Bool, i => i % 3 == 0);
        Add("i8", DType.Int8, i => (sbyte)(i % 100 - 50));
        Add("u8", DType.UInt8, i => (byte)(i % 256));
        Add("i16", DType.Int16, i => (short)(-i));
        Add("u16", DType.UInt16, i => (ushort)(60_000 + (i % 5000)));
        Add("i32", DType.Int32, i => -100_000 * i);
        Add("u32", DType.UInt32, i => 4_000_000_000u + (uint)i);
        Add("i64", DType.Int64, i => -(1L << 60) - i);
        Add("u64", DType.UInt64, i => (1UL << 63) + (ulong)i);
        Add("f32", DType.Float32, i => i % 7 == 0 ? float.NaN : i / 2f);
        Add("f64", DType.Float64, i => i % 11 == 0 ? double.NaN : i / 3.0);
        columns.Add(Text("text", ids, i => string.Concat(Enumerable.Repeat("é", i % 4)) + i));
        columns.Add(Text("maybe text", ids, i => i % 6 == 0 ? null : $"t{i}"));
        columns.Add(TextColumnData.From(new ColumnSchema { Name = "words", DType = DType.String, Shape = [2] },
            [.. ids.SelectMany(i => new[] { i % 2 == 0 ? "" : $"a{i}", $"βeta{i}" })]));
        columns.Add(new ColumnData<float>(new ColumnSchema { Name = "vector", DType = DType.Float32, Shape = [3] },
            ids.SelectMany(i => new[] { i, i + 0.5f, float.NaN }).ToArray()));
        columns.Add(new ColumnData<int>(new ColumnSchema { Name = "maybe", DType = DType.Int32 }, ids.ToArray(),
            ids.Select(i => i % 5 == 0).ToArray()));
        columns.Add(new ColumnData<double>(new ColumnSchema { Name = "maybe float", DType = DType.Float64 },
            ids.Select(i => (double)i).ToArray(), ids.Select(i => i % 5 == 1).ToArray()));
        foreach (string name in (string[])["forced.g_mag", "z/x", "%", ".", "Z", "z", "RA", "native_RA", "µ-flux 'q\"", "-"])
            columns.Add(new ColumnData<double>(new ColumnSchema { Name = name, DType = DType.Float64, Unit = "µJy" },
                ids.Select(i => i + (name.Length / 10.0)).ToArray()));

        columns.Add(new ColumnData<float>(new ColumnSchema { Name = "image", DType = DType.Float32, Shape = [4, 5] },
            ids.SelectMany(i => Enumerable.Range(0, 20).Select(k => i + (k / 32f))).ToArray()));
        columns.Add(new ColumnData<float>(new ColumnSchema { Name = "maybe image", DType = DType.Float32, Shape = [2, 2] },
            ids.SelectMany(i => Enumerable.Repeat((float)i, 4)).ToArray(), ids.Select(i => i % 4 == 1).ToArray()));
        columns.Add(new ColumnData<short>(new ColumnSchema
        {
            Name = "edge",
            DType = DType.Int16,
            Shape = [ColumnSchema.Ragged],
            Padding = Padding.Edge
        },
            ids.SelectMany(i => Enumerable.Range(1, i % 6).Select(k => (short)(i + k))).ToArray(), ids.Select(i => i % 6).ToArray()));
        columns.Add(new ColumnData<double>(new ColumnSchema
        {
            Name = "block",
            DType = DType.Float64,
            Shape = [ColumnSchema.Ragged, ColumnSchema.Ragged],
            Padding = new Padding(-1)
        },
            ids.SelectMany(i => Enumerable.Range(0, i % 3 * (i % 4)).Select(k => i + (k / 100.0))).ToArray(),
            ids.SelectMany(i => new[] { i % 3, i % 4 }).ToArray()));
        columns.Add(new ColumnData<bool>(new ColumnSchema { Name = "bits", DType = DType.Bool, Shape = [3, 3] },
            ids.SelectMany(i => Enumerable.Range(0, 9).Select(k => (i >> k & 1) != 0)).ToArray()));
        return new RowBatch(columns);

        void Add<T>(string name, DType type, Func<int, T> value) where T : unmanaged =>
            columns.Add(new ColumnData<T>(new ColumnSchema { Name = name, DType = type, Description = $"a {type}" },
                ids.Select(value).ToArray()));
    }

    internal static TextColumnData Text(string name, IReadOnlyList<int> ids, Func<int, string?> text) =>
        TextColumnData.From(new ColumnSchema { Name = name, DType = DType.String }, [.. ids.Select(text)]);

    /// <summary>Returns ids in a random order that is unrelated to the sky.</summary>
    internal static int[] Shuffled(int count, int seed)
    {
        int[] ids = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(ids);
        return ids;
    }

    internal static ImmutableArray<SourceFile> Source(string name) => [new SourceFile(name, 42, new string('a', 64))];
}
