using System.Globalization;
using Pile.Format;
using Pile.Reading;

namespace Pile.Publishing.Exporting.Chips;

/// <summary>Writes chips as archives of a fixed number of rows, for training.</summary>
/// <remarks>
/// <para>Each file has <c>pixels</c> (row, band, y, x; with the axis time after row if it is not 1), <c>bands</c>, <c>ids</c>, and pairs
/// of sine and cosine (row, 2): <c>lat</c> and <c>lon</c> of the angles in radians, <c>week</c> and <c>hour</c> of
/// <see cref="ChipTime"/>. If pixels of the file have no data, or an internal mask may hide some, <c>valid</c> says which have
/// data.</para>
/// <para>Chips of one shape and the same bands are one series of files; if the column is ragged, each series has a folder. The rows are
/// in the order of the index. The last file of a series may have fewer rows.</para>
/// </remarks>
internal sealed class NpzExport
{
    private const int BatchRows = 64, PairLength = 2;

    private readonly Dataset dataset;
    private readonly ExportOptions options;
    private readonly ChipColumn column;
    private readonly bool hasEnd;

    /// <exception cref="ArgumentException">The dataset has no such chips.</exception>
    internal NpzExport(Dataset dataset, ExportOptions options)
    {
        (this.dataset, this.options) = (dataset, options);
        Manifest manifest = dataset.Manifest;
        column = ChipColumn.Of(manifest, options.Column);
        if (manifest.Time is { Scale: not "UTC" } time)
            throw new ArgumentException($"The times of '{dataset.Address}' are {time.Scale}; hours and weeks are those of UTC.",
                nameof(dataset));
        hasEnd = manifest.Column("mjd_end") is not null;
    }

    internal async Task<ExportSummary> RunAsync(ExportFolder folder, CancellationToken cancellationToken)
    {
        List<string> names = [column.Array.Name, column.Bands, "lon", "lat"];
        names.AddRange(((string[])[$"{column.Group}_valid", $"{column.Group}_nodata"]).Where(n => dataset.Manifest.Column(n) is not null));
        if (dataset.Manifest.Column("mjd") is not null)
            names.Add("mjd");
        if (hasEnd)
            names.Add("mjd_end");
        RowReader rows = await dataset.OpenRowsAsync(dataset.Query().Native().Columns(names), cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        List<(string Path, string[] Bands, int[] Rows)> files = Plan(rows);
        long written = 0, bytes = 0, all = files.Sum(f => f.Rows.Length);
        await Parallel.ForEachAsync(files,
            new ParallelOptions { MaxDegreeOfParallelism = options.Workers, CancellationToken = cancellationToken }, async (file, token) =>
            {
                string path = Path.Combine(folder.Path, file.Path);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await WriteAsync(rows, path, file.Bands, file.Rows, token).ConfigureAwait(false);
                DiskFlush.File(path);
                Interlocked.Add(ref bytes, new FileInfo(path).Length);
                options.Progress?.Report(new PhaseProgress("export", Interlocked.Add(ref written, file.Rows.Length), all));
            }).ConfigureAwait(false);
        return new ExportSummary(folder.OutputPath, written, files.Count, bytes);
    }

    // The rows that have chips, in files of the requested number of rows.
    private List<(string Path, string[] Bands, int[] Rows)> Plan(RowReader rows)
    {
        RowColumn pixels = rows.Column(column.Array.Name);
        ColumnData bands = rows.Column(column.Bands).Take([.. Enumerable.Range(0, rows.Count)], BatchMemory.Own);
        Dictionary<(string Shape, string Bands), List<int>> series = [];
        for (int row = 0; row < rows.Count; row++)
            if (!pixels.IsNull(row))
            {
                (string, string) key = (string.Join('x', pixels.ShapeOf(row)[^3..].ToArray()), string.Join('\n', BandsOf(bands, row)));
                if (pixels.ShapeOf(row) is [not 1 and var times, ..])
                    key.Item1 = $"{times}x{key.Item1}";
                if (!series.TryGetValue(key, out List<int>? members))
                    series.Add(key, members = []);
                members.Add(row);
            }
        List<(string, string[], int[])> files = [];
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach (((string shape, string names), List<int> members) in series)
        {
            string folder = series.Count == 1 ? "" : shape;
            for (int number = 2; !folders.Add(folder); number++)
                folder = $"{shape}-{number}";
            files.AddRange(members.Chunk(options.Rows).Select((chunk, i) =>
                (Path.Combine(folder, $"{i.ToString("D6", CultureInfo.InvariantCulture)}.npz"), names.Split('\n'), chunk)));
        }
        return files;
    }

    private async Task WriteAsync(RowReader rows, string path, string[] bands, int[] chosen, CancellationToken cancellationToken)
    {
        int count = chosen.Length;
        double[] lat = new double[PairLength * count], lon = new double[lat.Length], week = new double[lat.Length],
            hour = new double[lat.Length];
        using NpzFile file = new(path);
        int[] ofRow = rows.Column(column.Array.Name).ShapeOf(chosen[0]).ToArray(), shape = [count, .. ofRow[0] == 1 ? ofRow[1..] : ofRow];
        Modality modality = Modality.Get(dataset.Manifest.Modality, dataset.Manifest.Partition);
        bool hasMissing = false;
        Stream pixels = file.Begin("pixels", column.Array.DType, shape);
        await using (pixels.ConfigureAwait(false))
        {
            int next = 0;
            await foreach (RowBatch batch in rows.ReadAsync(chosen, BatchRows, cancellationToken).ConfigureAwait(false))
                for (int row = 0; row < batch.RowCount; row++, next++)
                {
                    pixels.Write(batch[column.Array.Name].RowBytes(row));
                    hasMissing = hasMissing
                        || await rows.ReadValidAsync(chosen[next], column.Array.Name, cancellationToken).ConfigureAwait(false) is not null
                        || HiddenPixels.ValidByNumbers(batch, modality, column.Array.Name, row).Contains((byte)0);
                    Put(lat, next, Math.SinCos(double.DegreesToRadians(NumberOf(batch, "lat", row))));
                    Put(lon, next, Math.SinCos(double.DegreesToRadians(NumberOf(batch, "lon", row))));
                    ChipTime time = ChipTime.Of(NumberOf(batch, "mjd", row), hasEnd ? NumberOf(batch, "mjd_end", row) : double.NaN);
                    Put(week, next, time.Week);
                    Put(hour, next, time.Hour);
                }
        }
        if (hasMissing)
            await WriteValidAsync(rows, file, modality, chosen, shape, cancellationToken).ConfigureAwait(false);
        file.Add("bands", bands);
        foreach ((string name, double[] pairs) in ((string, double[])[])[("lat", lat), ("lon", lon), ("week", week), ("hour", hour)])
            file.Add(name, pairs, [count, PairLength]);
        if (dataset.IdsAreText)
            file.Add("ids", [.. chosen.Select(row => rows.IdAt(row).Text)]);
        else
            file.Add("ids", [.. chosen.Select(row => rows.IdAt(row).Number)]);

        static void Put(double[] pairs, int row, (double Sin, double Cos) pair) =>
            (pairs[PairLength * row], pairs[(PairLength * row) + 1]) = pair;
    }

    private async Task WriteValidAsync(RowReader rows, NpzFile file, Modality modality, int[] chosen, int[] shape,
        CancellationToken cancellationToken)
    {
        Stream valid = file.Begin("valid", DType.Bool, shape);
        await using (valid.ConfigureAwait(false))
            foreach (int row in chosen)
                valid.Write(await rows.ReadValidAsync(row, column.Array.Name, cancellationToken).ConfigureAwait(false)
                    ?? HiddenPixels.ValidByNumbers(rows.ReadRow(row), modality, column.Array.Name, 0));
    }

    private static double NumberOf(RowBatch batch, string name, int row) =>
        batch.Columns.FirstOrDefault(c => c.Schema.Name == name) is ColumnData<double> numbers && !numbers.IsNullAt(row)
            ? numbers.Row(row)[0] : double.NaN;

    private static IEnumerable<string> BandsOf(ColumnData bands, int row) => bands is TextColumnData text && !text.IsNullAt(row)
        ? Enumerable.Range(0, text.ElementsOf(row)).Select(i => text.Text(row, i)) : [];
}
