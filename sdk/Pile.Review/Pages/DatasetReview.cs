using System.Collections.Immutable;
using Pile.Drawing;
using Pile.DuckDb;
using Pile.Format;
using Pile.Plotting;
using Pile.Reading;
using Pile.Storage;

namespace Pile.Review;

/// <summary>Collects what a reviewer of a dataset looks at.</summary>
internal sealed class DatasetReview
{
    private const long HeavySampleBytes = 512L << 20;
    private const int MostDistributions = 24, MostSuspicious = 100, MostFigureCharacters = 3_000_000;
    private static readonly double[] SentinelCandidates = [-99999, -9999, -999, -99, -9, 99, 999, 9999, 99999, -1e30, 1e20, 1e30];

    private readonly ReviewOptions options;
    private readonly List<string> missing = [];

    private DatasetReview(ReviewOptions options) => this.options = options;

    /// <summary>Reviews a dataset. What cannot be read is reported in <see cref="ReviewReport.Missing"/>.</summary>
    /// <exception cref="DatasetNotFoundException">There is no dataset, or no layer.</exception>
    /// <exception cref="PileException">A layer is not valid, or belongs to another dataset.</exception>
    /// <exception cref="ArgumentException">The address is that of a source.</exception>
    internal static async Task<ReviewReport> RunAsync(string address, ReviewOptions options, CancellationToken cancellationToken = default)
    {
        // Before the long validation. A layer that cannot be read is no fault of the dataset.
        await AttachedLayer.OpenAsync(options.Dataset.Layers, options.Dataset with { OnMessage = null, OnUnverified = null },
            cancellationToken).ConfigureAwait(false);
        options.OnStep?.Invoke("validate");
        DatasetReview review = new(options);
        ValidationReport? validation = await review.ValidateAsync(address, cancellationToken).ConfigureAwait(false);
        ReviewReport report = new()
        {
            Address = address,
            Validation = validation ?? new()
            {
                IsValid = true,
                Rows = 0,
                Findings = [],
                Counts = ImmutableSortedDictionary<string, long>.Empty
            },
            IsValidated = validation is not null,
            HasReadShards = validation is null || options.Validation.Deep,
        };
        try
        {
            Dataset dataset = await Dataset.OpenAsync(address, options.Dataset, cancellationToken).ConfigureAwait(false);
            await using (dataset.ConfigureAwait(false))
            {
                if (dataset.Source is not null)
                    throw new ArgumentException($"'{address}' is a source, which lists files. 'pile source report' writes a page about "
                        + "it, and 'pile validate' checks it; review the dataset that 'pile build --from' makes of it.", nameof(address));
                report = await review.FillAsync(dataset, report with
                {
                    Manifest = dataset.LayeredManifest,
                    HasReadShards = report.HasReadShards || dataset.Catalogue is not null,
                    Layers = [.. dataset.Layers.Select(l => l.Description)],
                }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PileException e) when (validation is not null)
        {
            if (options.Dataset.Layers.Count > 0 && await review.OpensWithoutLayersAsync(address, cancellationToken).ConfigureAwait(false))
                throw;
            review.missing.Add($"The dataset cannot be opened, so only the validation is shown: {e.Message}");
        }
        report = report with { Missing = [.. review.missing] };
        return report with { Checks = [.. ReviewChecks.Of(report)] };
    }

    private async Task<bool> OpensWithoutLayersAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            Dataset dataset = await Dataset.OpenAsync(address,
                options.Dataset with { Layers = [], OnMessage = null, OnUnverified = null }, cancellationToken).ConfigureAwait(false);
            await dataset.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (PileException)
        {
            return false;
        }
    }

    /// <summary>Validates the dataset; null for a catalogue of another program at a remote address.</summary>
    private async Task<ValidationReport?> ValidateAsync(string address, CancellationToken cancellationToken)
    {
        try
        {
            return await DatasetValidator.ValidateAsync(address, options.Validation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RemoteCatalogueException
            || (e is DatasetNotFoundException && !FileStore.For(address, options.Validation.Storage).Traits.IsLocal))
        {
            // If it is not a catalogue either, opening it reports what is missing.
            missing.Add("Validation: files of a HATS catalogue at a remote address are not validated; positions are compared with their "
                + "tiles when they are read. Copy the catalogue to a folder, and review it there.");
            return null;
        }
    }

    private async Task<ReviewReport> FillAsync(Dataset dataset, ReviewReport report, CancellationToken cancellationToken)
    {
        Manifest manifest = report.Manifest!;
        if (!report.IsValidated)
            report = report with { Validation = report.Validation with { Rows = manifest.Rows } };
        await TryAsync("the list of files", async () => report = report with
        {
            Files = [.. (await dataset.FilesAsync(cancellationToken).ConfigureAwait(false)).Files.GroupBy(f => f.Kind)
                .Select(g => (g.Key.ToString().ToLowerInvariant(), g.Count(), g.Sum(f => f.Bytes)))],
        }).ConfigureAwait(false);
        ImmutableArray<ColumnStatistics> statistics = [];
        await TryAsync("the statistics", async () => statistics = await dataset.StatisticsAsync(cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        ColumnSchema[] unmeasured = [.. manifest.Columns.Where(c => statistics.All(s => s.Column != c.Name))];
        if (unmeasured.Length > 0)
            await TryAsync("the statistics of columns", async () => statistics = [.. statistics,
                .. await MeasuredColumns.OfAsync(dataset, unmeasured, cancellationToken).ConfigureAwait(false)]).ConfigureAwait(false);
        options.OnStep?.Invoke("light columns");
        Dictionary<string, double[]> sample = [];
        await TryAsync("distributions of columns", async () => sample = await SampleAsync(dataset, cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        report = report with
        {
            SampleRows = sample.Values.FirstOrDefault()?.Length ?? 0,
            Columns = [.. manifest.Columns.Select(c => Review(c, statistics.FirstOrDefault(s => s.Column == c.Name),
                sample.GetValueOrDefault(c.Name), manifest.Rows, report.Validation.Findings))],
        };
        foreach (ColumnSchema column in manifest.Columns.Where(c => sample.ContainsKey(c.Name)
            && c.Name is not ("healpix" or "key" or "object_id") && sample[c.Name].Any(double.IsFinite)).Take(MostDistributions))
            await TryAsync($"the distribution of '{column.Name}'", () =>
            {
                report = report with { Distributions = report.Distributions.Add((column.Name, Distribution(column, sample[column.Name]))) };
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        if (manifest is { Frame: not null, Rows: > 0 })
        {
            options.OnStep?.Invoke("map");
            await TryAsync("the map", async () => report = report with
            {
                Sky = (await SkyFigures.DrawAsync(dataset.Query(), cancellationToken).ConfigureAwait(false)).Figure,
            }).ConfigureAwait(false);
            SuspiciousPositions positions = new(dataset, Quoted);
            await TryAsync("repeated positions", async () =>
            {
                (long count, List<SuspiciousRow> repeated) = await positions.RepeatedAsync(cancellationToken).ConfigureAwait(false);
                report = report with { RepeatedPositions = count, Suspicious = [.. report.Suspicious, .. repeated] };
            }).ConfigureAwait(false);
            await TryAsync("rows with wrong positions", async () => report = report with
            {
                Suspicious = [.. await positions.MisplacedAsync(report.Validation.Findings, cancellationToken).ConfigureAwait(false),
                    .. report.Suspicious],
            }).ConfigureAwait(false);
        }
        options.OnStep?.Invoke("values of rows");
        await TryAsync("values of rows", async () => report = await HeavyAsync(dataset, report, cancellationToken).ConfigureAwait(false))
            .ConfigureAwait(false);
        return report;
    }

    private async Task TryAsync(string what, Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (e is PileException or ArgumentException or DuckDbException or InvalidDataException or IOException)
        {
            missing.Add($"{char.ToUpperInvariant(what[0])}{what[1..]}: {ArgumentText.Of(e)}");
        }
    }

    /// <summary>Reads the numeric light columns of about as many rows as the sample has, selected by the hash of their ids.</summary>
    private async Task<Dictionary<string, double[]>> SampleAsync(Dataset dataset, CancellationToken cancellationToken)
    {
        ColumnSchema[] columns = [.. dataset.LayeredManifest.Columns.Where(c => c is { IsHeavy: false, IsScalar: true }
            && c.DType != DType.String)];
        if (columns.Length == 0)
            return [];
        long part = Math.Max(1, dataset.Manifest.Rows / options.SampleRows);
        string where = part == 1 ? "true" : $"hash(object_id) % {part} = 0";
        (ColumnSchema Schema, double[] Values)[] read = await ColumnValues.ReadAsync(dataset.Query().Native().Where(where),
            [.. columns.Select(c => c.Name)], cancellationToken).ConfigureAwait(false);
        return read.Select((column, i) => (columns[i].Name, column.Values))
            .ToDictionary(c => c.Name, c => c.Values, StringComparer.Ordinal);
    }

    private static SvgFigure Distribution(ColumnSchema column, double[] sample) => HistogramPlot.Draw(sample, new()
    {
        XName = column.Name,
        XUnit = UnitText.Of(column.Unit),
        WidthPx = 420,
        HeightPx = 260,
    }, !column.DType.IsFloat());

    private static ColumnReview Review(ColumnSchema column, ColumnStatistics? statistics, double[]? sample, long rowCount,
        ImmutableArray<Finding> findings)
    {
        ImmutableArray<string> codes = [.. findings.Where(f => f.Column == column.Name).Select(f => f.Code).Distinct().Order()];
        if (sample is null or []) // texts, lists and arrays: rows without a value
            return new(column, statistics, statistics is null || rowCount == 0 ? null : (double)statistics.Nulls / rowCount, 0, [], codes);
        double absent = (double)sample.Count(v => !double.IsFinite(v)) / sample.Length;
        long outliers = sample.Any(double.IsFinite) ? ValueRange.Of(sample).BeyondCount : 0;
        (double, long)[] sentinels = column.DType == DType.Bool || !column.Categories.IsEmpty ? []
            : [.. SentinelCandidates.Where(c => !column.IsSentinel(SentinelRule.Stored(column.DType, c)))
                .Select(c => (c, sample.LongCount(v => v == c || (float)v == (float)c)))
                .Where(c => c.Item2 > 0 && IsAtEnd(sample, c.c))];
        return new(column, statistics, absent, outliers, [.. sentinels], codes);
    }

    // A mark of missing values is the smallest or the largest value, and far from the next one.
    private static bool IsAtEnd(double[] sample, double candidate)
    {
        double[] others = [.. sample.Where(v => double.IsFinite(v) && (float)v != (float)candidate)];
        if (others.Length == 0)
            return true;
        double low = others.Min(), high = others.Max(), span = Math.Max(high - low, 1e-12);
        return candidate < low - (0.5 * span) || candidate > high + (0.5 * span);
    }

    /// <summary>Reads values of a sample of rows, checks and measures them, and draws some.</summary>
    private async Task<ReviewReport> HeavyAsync(Dataset dataset, ReviewReport report, CancellationToken cancellationToken)
    {
        Manifest manifest = dataset.Manifest;
        ColumnSchema[] heavy = [.. manifest.Columns.Where(c => (c.IsHeavy || c.IsRagged) && c.DType != DType.String && c.Encoding is null
            && !c.Name.EndsWith("_length", StringComparison.Ordinal))];
        if (heavy.Length == 0 || manifest.Rows == 0)
            return report;
        long rowBytes = Math.Max(1, manifest.Bytes / Math.Max(1, manifest.Rows));
        int count = (int)Math.Clamp(Math.Min(options.HeavySampleRows, HeavySampleBytes / rowBytes), Math.Min(4, manifest.Rows),
            manifest.Rows);
        long[] positions = Positions(manifest.Rows, count);
        string[] light = [.. manifest.Columns.Where(c => !c.IsHeavy && (c.Name.EndsWith("_band", StringComparison.Ordinal)
            || c.Name.EndsWith("_nodata", StringComparison.Ordinal))).Select(c => c.Name)];
        RowReader rows = await dataset.OpenRowsByPositionAsync(positions, dataset.Query().Native()
            .Columns(heavy.Select(c => c.Name).Concat(light).Prepend("object_id").Distinct(StringComparer.Ordinal)),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        ChannelSampler channels = new();
        Dictionary<(string, string), int> shapes = [];
        List<SuspiciousRow> suspicious = [];
        List<long> suspiciousPositions = [];
        string[] kinds = new string[count]; // which columns have values: one kind for each product of a merged dataset
        int done = 0;
        await foreach (RowBatch batch in rows.ReadAllAsync(batchRows: 16, cancellationToken).ConfigureAwait(false))
            for (int row = 0; row < batch.RowCount; row++, done++)
            {
                kinds[done] = string.Concat(heavy.Select(column => batch[column.Name].IsNullAt(row) ? '0' : '1'));
                foreach (ColumnSchema column in heavy)
                {
                    string shape = batch[column.Name].IsNullAt(row) ? "null"
                        : string.Join(" × ", batch[column.Name].ShapeOf(row).ToArray());
                    shapes[(column.Name, shape)] = shapes.GetValueOrDefault((column.Name, shape)) + 1;
                    channels.Add(column, batch, row);
                    if (suspicious.Count >= MostSuspicious || ValueChecks.Reason(column, batch[column.Name], row) is not { } reason)
                        continue;
                    string id = RowNumbers.Id(batch, row);
                    suspicious.Add(new(id, column.Name, reason, CommandOf(report.Address, id, column.Name)));
                    if (!suspiciousPositions.Contains(positions[done]))
                        suspiciousPositions.Add(positions[done]);
                }
            }
        report = report with
        {
            HeavySampleRows = count,
            Suspicious = [.. suspicious, .. report.Suspicious],
            Channels = [.. channels.Results()],
            Shapes = [.. shapes.OrderBy(s => s.Key.Item1, StringComparer.Ordinal).ThenByDescending(s => s.Value)
                .Select(s => (s.Key.Item1, s.Key.Item2, s.Value)).GroupBy(s => s.Item1).SelectMany(g => g.Take(5))],
        };
        options.OnStep?.Invoke("pictures");
        await TryAsync("pictures of rows", async () => report = report with
        {
            Gallery = await GalleryAsync(dataset, [.. suspiciousPositions.Take(options.GalleryRows / 2), .. Alternating(positions, kinds)],
                cancellationToken).ConfigureAwait(false),
        }).ConfigureAwait(false);
        return report;
    }

    private async Task<ImmutableArray<RowFigure>> GalleryAsync(Dataset dataset, long[] positions, CancellationToken cancellationToken)
    {
        if (!RowPlot.HasPicture(dataset.Manifest))
            return [];
        (RowPlot plot, string[] columns) = RowFigures.Plan(dataset, null, new PlotSettings());
        RowReader rows = await dataset.OpenRowsByPositionAsync(positions.Distinct().Take(options.GalleryRows), dataset.Query()
            .Columns(columns),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        List<RowFigure> figures = await RowFigures.DrawAsync(rows, plot, _ => { }, cancellationToken).ConfigureAwait(false);
        long characters = 0;
        return [.. figures.TakeWhile(f => (characters += f.Figure.ToSvg().Length) < MostFigureCharacters)];
    }

    // The first row of each kind, then the second of each.
    private static IEnumerable<long> Alternating(long[] positions, string[] kinds) => positions.Zip(kinds).GroupBy(row => row.Second)
        .SelectMany(kind => kind.Select((row, turn) => (row.First, Turn: turn))).OrderBy(row => row.Turn).Select(row => row.First);

    private static long[] Positions(long rows, int count)
    {
        if (count >= rows)
            return [.. Enumerable.Range(0, (int)rows).Select(i => (long)i)];
        Random random = new(0);
        SortedSet<long> chosen = [];
        while (chosen.Count < count)
            chosen.Add(random.NextInt64(rows));
        return [.. chosen];
    }

    private static string CommandOf(string address, string id, string column) =>
        $"pile plot {Quoted(address)} --id {Quoted(id)} --columns {Quoted(column)} --out row.png";

    private static string Quoted(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c)
        || "/._-:=@+".Contains(c, StringComparison.Ordinal))
        ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
