using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Reading.Tests;

public sealed class RowReaderTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_heavy_row_equals_what_h5py_reads(bool verify)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native(), new() { Verify = verify }, Token);
        Assert.Equal(made.Rows, rows.Count);
        Assert.Equal(made.Heavy.Select(c => c.Name), rows.Columns.Where(c => c.IsHeavy).Select(c => c.Schema.Name));
        Check<float>("image_array");
        Check<float>("image_ivar");
        Check<bool>("image_mask");
        Check<short>("planes");
        Check<float>("FLUX");
        Check<double>("raw/curve");
        Check<short>("cube");
        Check<float>("maybe");

        void Check<T>(string name) where T : unmanaged
        {
            byte[][] expected = made.Expected(name);
            RowColumn<T> column = rows.Column<T>(name);
            T[] destination = new T[1000];
            foreach (int row in Shuffled(made.Rows))
            {
                Assert.Equal(name == "maybe" && made.IsMaybeNull(row), column.IsNull(row));
                if (column.IsNull(row))
                {
                    Assert.Equal(-1, column.Read(row, destination));
                    Assert.Null(column.Read(row));
                    continue;
                }
                int count = column.Read(row, destination);
                Assert.Equal(expected[row], MemoryMarshal.AsBytes(destination.AsSpan(0, count)).ToArray());
                Assert.Equal(made.ShapeOf(name, row), column.Read(row)!.Value.Shape);
                if (count > 0)
                    Assert.Throws<ArgumentException>(() => column.Read(row, new T[count - 1]));
            }
        }
    }

    [Fact]
    public async Task A_cancelled_reader_returns_no_further_batch()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
        Assert.True(rows.Count > 3);
        foreach (int batchRows in (int[])[1, rows.Count - 1]) // with the latter, the last batch has been read ahead
        {
            using CancellationTokenSource cancel = new();
            int batches = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (RowBatch batch in rows.ReadAllAsync(batchRows, cancel.Token))
                {
                    batches++;
                    await cancel.CancelAsync();
                }
            });
            Assert.Equal(1, batches);
        }
    }

    [Fact]
    public async Task Ids_and_positions_return_rows_in_the_callers_order_with_duplicates()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        int[] wanted = [.. Shuffled(made.Rows).Take(25), 3, 3, 0];
        byte[][] expected = made.Expected("image_array");
        RowReader byId = await dataset.OpenRowsByIdAsync(wanted.Select(i => new ObjectId(made.IdAt(i))),
            dataset.Query().Columns("image_array", "ra"), cancellationToken: Token);
        RowReader byPosition = await dataset.OpenRowsByPositionAsync(wanted.Select(i => (long)i),
            dataset.Query().Columns("image_array", "ra"), cancellationToken: Token);
        foreach (RowReader rows in (RowReader[])[byId, byPosition])
        {
            Assert.Equal(wanted.Length, rows.Count);
            for (int i = 0; i < wanted.Length; i++)
            {
                Assert.Equal(made.IdAt(wanted[i]), rows.IdAt(i).Text);
                Assert.Equal(expected[wanted[i]], MemoryMarshal.AsBytes(rows.Read<float>(i, "image_array")!.Value.Values.Span).ToArray());
                Assert.Equal(made.Lines[wanted[i]].GetProperty("ra").GetDouble(), ((ColumnData<double>)rows.ReadRow(i)["ra"]).Row(0)[0]);
            }
        }
        Assert.Contains("'image_ivr'",
            (await Assert.ThrowsAsync<ArgumentException>(() => dataset.OpenRowsByIdAsync([], dataset.Query().Columns("image_ivr"),
                cancellationToken: Token))).Message, StringComparison.Ordinal);
        Assert.Contains("unknown",
            (await Assert.ThrowsAsync<ArgumentException>(() => dataset.OpenRowsByIdAsync([made.IdAt(3), "unknown", made.IdAt(5)],
                cancellationToken: Token))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => dataset.OpenRowsByIdAsync([5L], cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => dataset.OpenRowsByPositionAsync([made.Rows], cancellationToken: Token));
        Assert.Equal(0, (await dataset.OpenRowsByIdAsync([], cancellationToken: Token)).Count);
    }

    [Fact]
    public async Task Rows_are_opened_in_the_order_of_the_query()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Where("dec > 80").OrderBy("rmag", descending: true).Columns("FLUX",
            "rmag"), cancellationToken: Token);
        int[] expected = [.. Enumerable.Range(0, made.Rows).Where(i => made.Lines[i].GetProperty("dec").GetDouble() > 80)
            .OrderBy(i => made.Lines[i].GetProperty("rmag") is { ValueKind: System.Text.Json.JsonValueKind.Number } r
                ? -r.GetSingle() : 0)];
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Select(made.IdAt), Enumerable.Range(0, rows.Count).Select(i => rows.IdAt(i).Text));
        Assert.All([-1, rows.Count], row => Assert.StartsWith($"{rows.Count} rows are open, counted from 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => rows.IdAt(row)).Message, StringComparison.Ordinal));
        Assert.Equal(expected.Select(i => made.ShapeOf("FLUX", i)[0]),
            Enumerable.Range(0, rows.Count).Select(rows.Column<float>("FLUX").ElementsOf));
    }

    [Fact]
    public async Task Batches_equal_single_rows_in_the_callers_order()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token);
        int[] wanted = [.. Shuffled(made.Rows), 7, 7];
        List<int> sizes = [];
        int at = 0;
        await foreach (RowBatch batch in rows.ReadAsync(wanted, batchRows: 16, Token))
        {
            sizes.Add(batch.RowCount);
            for (int i = 0; i < batch.RowCount; i++, at++)
            {
                RowBatch one = rows.ReadRow(wanted[at]);
                foreach (RowColumn column in rows.Columns)
                {
                    string name = column.Schema.Name;
                    Assert.Equal(one[name].ShapeOf(0).ToArray(), batch[name].ShapeOf(i).ToArray());
                    Assert.Equal(one[name].IsNullAt(0), batch[name].IsNullAt(i));
                    Assert.Equal(column.IsNull(wanted[at]), batch[name].IsNullAt(i));
                    if (!batch[name].IsNullAt(i))
                        Assert.Equal(BytesOf(one[name], 0), BytesOf(batch[name], i));
                }
            }
        }
        Assert.Equal([16, 16, 16, 14], sizes);
        int all = 0;
        await foreach (RowBatch batch in rows.ReadAllAsync(cancellationToken: Token))
        {
            all += batch.RowCount;
            break; // stopping early must leave nothing behind
        }
        Assert.Equal(made.Rows, all);
    }

    [Fact]
    public async Task Threads_read_correct_values_with_few_open_shards()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, new() { MaxOpenShards = 1 }, Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array", "FLUX", "image_ivar"),
            cancellationToken: Token);
        byte[][] array = made.Expected("image_array"), flux = made.Expected("FLUX"), ivar = made.Expected("image_ivar");
        Parallel.For(0, 6, new ParallelOptions { CancellationToken = Token }, seed =>
        {
            float[] values = new float[126];
            foreach (int row in Shuffled(made.Rows, seed))
            {
                Check("image_array", array);
                Check("FLUX", flux);
                Check("image_ivar", ivar);

                void Check(string name, byte[][] expected) =>
                    Assert.Equal(expected[row], MemoryMarshal.AsBytes(values.AsSpan(0, rows.Read(row, name, values.AsSpan()))).ToArray());
            }
        });
    }

    [Fact]
    public async Task Aliases_rename_convert_and_compute_in_the_standard_view_only()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader standard = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token);
        RowReader native = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
        Assert.Equal("uJy", standard.Column("flux_uJy").Schema.Unit);
        for (int row = 0; row < made.Rows; row++)
        {
            Assert.Equal(native.Read<double>(row, "Z")!.Value.Values.Span[0], standard.Read<double>(row, "redshift")!.Value.Values.Span[0]);
            Assert.Equal(2 * native.Read<float>(row, "EBV")!.Value.Values.Span[0], standard.Read<float>(row, "ebv")!.Value.Values.Span[0]);
            Assert.Equal(native.Read<float>(row, "FLUX")!.Value.Values.ToArray().Select(v => (float)(v * 0.001)),
                standard.Read<float>(row, "flux_uJy")!.Value.Values.ToArray());
            Assert.Equal(native.Read<short>(row, "planes")!.Value.Values.ToArray().Select(v => v * 0.5),
                standard.Read<double>(row, "planes_half")!.Value.Values.ToArray());
            Assert.Equal(native.Read<float>(row, "image_psf_fwhm")!.Value.Values.ToArray().Select(v => (float)(v * 1000.0)),
                standard.Read<float>(row, "fwhm_mas")!.Value.Values.ToArray());
            Assert.Equal(native.Read<int>(row, "größe µ")!.Value.Values.Span[0] + 1.5,
                standard.Read<double>(row, "sum")!.Value.Values.Span[0]);
            Assert.Equal(native.Column("rmag").IsNull(row), standard.Column("colour").IsNull(row));
        }
        // The alias hides the survey's own column, which is available by its name in the index.
        Assert.Equal(native.Read<float>(0, "EBV")!.Value.Values.Span[0], standard.Read<float>(0, "native_EBV")!.Value.Values.Span[0]);
        Assert.Contains("'EBV'", Assert.Throws<ArgumentException>(() => standard.Column("EBV")).Message, StringComparison.Ordinal);
        Assert.Contains("'redshift'", Assert.Throws<ArgumentException>(() => native.Column("redshift")).Message, StringComparison.Ordinal);
        Assert.Contains("float32", Assert.Throws<ArgumentException>(() => native.Column<double>("EBV")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sentinels_of_heavy_columns_and_lists_are_not_converted()
    {
        using HandMadeDataset own = new();
        short plane = MemoryMarshal.Cast<byte, short>(own.Expected("planes")[0])[0];
        float flux = MemoryMarshal.Cast<byte, float>(own.Expected("FLUX").First(row => row.Length > 0))[0];
        Declare(own.Heavy, "planes", [plane, plane + 0.5, 1e300]);
        Declare(own.Heavy, "FLUX", [flux]);
        Declare(own.Light, "image_psf_fwhm", [own.Lines[0].GetProperty("image_psf_fwhm")[0].GetDouble()]);
        own.Reseal();
        await using Dataset dataset = await Dataset.OpenAsync(own.Path, cancellationToken: Token);
        RowReader standard = await dataset.OpenRowsAsync(dataset.Query(), cancellationToken: Token);
        RowReader native = await dataset.OpenRowsAsync(dataset.Query().Native(), cancellationToken: Token);
        float fwhm = native.Read<float>(0, "image_psf_fwhm")!.Value.Values.Span[0];
        int kept = 0;
        for (int row = 0; row < own.Rows; row++)
        {
            double[] planes = [.. native.Read<short>(row, "planes")!.Value.Values.ToArray().Select(v => v == plane ? v : v * 0.5)];
            kept += planes.Count(v => v == plane);
            Assert.Equal(planes, standard.Read<double>(row, "planes_half")!.Value.Values.ToArray());
            Assert.Equal(native.Read<float>(row, "FLUX")!.Value.Values.ToArray().Select(v => v == flux ? v : (float)(v * 0.001)),
                standard.Read<float>(row, "flux_uJy")!.Value.Values.ToArray());
            Assert.Equal(native.Read<float>(row, "image_psf_fwhm")!.Value.Values.ToArray().Select(v => v == fwhm ? v : (float)(v * 1000.0)),
                standard.Read<float>(row, "fwhm_mas")!.Value.Values.ToArray());
        }
        Assert.InRange(kept, 1, own.Rows * 31);
        int next = 0;
        await foreach (RowBatch batch in standard.ReadAsync(Enumerable.Range(0, own.Rows), 7, Token))
            for (int i = 0; i < batch.RowCount; i++)
                Assert.Equal(standard.Read<double>(next++, "planes_half")!.Value.Values.ToArray(),
                    ((ColumnData<double>)batch["planes_half"]).Row(i).ToArray());
        Assert.Equal(own.Rows, next);
        double[] part = new double[1];
        await standard.Column<double>("planes_half").ReadWindowAsync(0, [0, 0, 0], [1, 1, 1], part, Token);
        Assert.Equal(plane, part[0]);

        static void Declare(ColumnSchema[] columns, string name, double[] sentinels)
        {
            int column = Array.FindIndex(columns, c => c.Name == name);
            columns[column] = columns[column] with { Sentinels = [.. sentinels] };
        }
    }

    [Fact]
    public async Task A_row_that_is_not_open_is_an_error_of_every_method_of_every_column()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsByPositionAsync([3, 1, 2, 5], dataset.Query().Native(), cancellationToken: Token);
        foreach (int row in (int[])[-1, 4, int.MinValue, int.MaxValue])
            foreach (RowColumn column in rows.Columns)
            {
                Throws(() => column.IsNull(row));
                Throws(() => column.IsVerified(row));
                Throws(() => column.ShapeOf(row).Length);
                if (column is TextRowColumn text)
                {
                    Throws(() => text.ElementsOf(row));
                    Throws(() => text.Text(row));
                    Throws(() => text.Utf8(row).Length);
                    if (!text.IsNull(0))
                        Assert.Throws<ArgumentOutOfRangeException>(() => text.Utf8(0, text.ElementsOf(0)).Length);
                }
                else if (column is RowColumn<double> doubles)
                    ThrowsOfNumbers(doubles, row);
                else if (column is RowColumn<float> floats)
                    ThrowsOfNumbers(floats, row);
            }
        Assert.Contains(rows.Columns, c => c is TextRowColumn);
        Assert.Contains(rows.Columns, c => c is RowColumn<double> { IsHeavy: false });
        Assert.Contains(rows.Columns, c => c is RowColumn<float> { IsHeavy: true });

        static void ThrowsOfNumbers<T>(RowColumn<T> column, int row) where T : unmanaged
        {
            Throws(() => column.ElementsOf(row));
            Throws(() => column.Read(row));
            Throws(() => column.Read(row, new T[1000]));
            Throws(() => column.ReadWindowAsync(row, [0], [1], new T[1], Token).AsTask().GetAwaiter().GetResult());
        }

        static void Throws<T>(Func<T> read) => Assert.StartsWith("4 rows are open, counted from 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => { read(); }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_is_not_read_after_cancellation()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array"), cancellationToken: Token);
        RowColumn<float> column = rows.Column<float>("image_array");
        int[] start = new int[column.ShapeOf(0).Length], count = [.. start.Select(_ => 1)];
        Assert.Equal(1, (await column.ReadWindowAsync(0, start, count, new float[1], Token)).Elements);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            column.ReadWindowAsync(0, start, count, new float[1], new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public async Task Reading_into_a_span_allocates_nothing()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Columns("image_array", "image_ivar", "FLUX"),
            cancellationToken: Token);
        RowColumn<float>[] columns = [rows.Column<float>("image_array"), rows.Column<float>("image_ivar"), rows.Column<float>("FLUX")];
        float[] values = new float[126];
        ReadAll();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadAll();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);

        void ReadAll()
        {
            foreach (RowColumn<float> column in columns)
                for (int row = 0; row < rows.Count; row++)
                    column.Read(row, values);
        }
    }

    internal static int[] Shuffled(int count, int seed = 1)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private static byte[] BytesOf(ColumnData data, int row) => data switch
    {
        ColumnData<float> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<double> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<short> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<int> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<long> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<ulong> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<bool> c => MemoryMarshal.AsBytes(c.Row(row)).ToArray(),
        ColumnData<byte> c => c.Row(row).ToArray(),
        TextColumnData c => c.Element(row).ToArray(),
        _ => throw new InvalidOperationException(data.GetType().Name),
    };
}
