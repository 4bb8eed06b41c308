using System.Globalization;
using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Draws the light curve of a row, or those of several rows of one object together.</summary>
internal sealed class LightCurveRowPlot : RowPlot
{
    private readonly PlotSettings settings;
    private readonly LightCurveGroup group;
    private readonly TimeAxis time;
    private readonly ColumnSchema? error, mask, quality;
    private readonly bool hasBands, hasLengths;

    internal LightCurveRowPlot(Manifest manifest, ViewColumns view, ColumnSchema column, LightCurveGroup group, PlotSettings settings)
        : base(manifest, column)
    {
        (this.settings, this.group) = (settings, group);
        time = view.FindExact(group.TimeColumn)!.Time!;
        ColumnSchema? Sibling(string name) => view.FindExact(name) is { } found && found.Shape.SequenceEqual(column.Shape) ? found : null;
        error = Sibling(column.Name + "_err");
        mask = Sibling(group.Prefix + "mask") is { MaskPolarity: not null } m && m.Name != column.Name ? m : null;
        quality = Sibling(group.Prefix + "quality") is { MaskPolarity: not null } q && q.Name != column.Name ? q : null;
        hasBands = view.FindExact(group.BandColumn) is { DType: DType.String, Shape.Length: 1 };
        hasLengths = view.FindExact(group.LengthColumn) is { DType: DType.Int32, Shape.Length: 1 };
    }

    private protected override IEnumerable<string> Companions =>
        [group.TimeColumn, .. new[] { error?.Name, mask?.Name, quality?.Name, hasBands ? group.BandColumn : null,
            hasLengths ? group.LengthColumn : null }.OfType<string>()];

    /// <summary>Draws rows of one object in one plot. Fluxes of different rows are divided by their medians, because their levels
    /// differ.</summary>
    internal RowFigure DrawTogether(IReadOnlyList<(RowBatch Batch, int Row)> rows, string name)
    {
        if (rows is [var only])
            return Draw(only.Batch, only.Row);
        List<LightCurveArrays> parts = [];
        foreach ((RowBatch batch, int row) in rows.Where(r => !r.Batch[Schema.Name].IsNullAt(r.Row)))
            parts.AddRange(Bands(batch, row).Select(band => IsMagnitude ? band : Relative(band)));
        LightCurveArrays[] bands = [.. parts.GroupBy(p => p.Band, StringComparer.Ordinal).Select(g => new LightCurveArrays(g.Key,
            [.. g.SelectMany(p => p.Time)], [.. g.SelectMany(p => p.Value)],
                [.. g.SelectMany(p => Padded(p.Error, p.Time.Length, double.NaN))],
            [.. g.SelectMany(p => Padded(p.IsFlagged, p.Time.Length, false))]))];
        SvgFigure figure = Plot(bands, $"{Manifest.Name}: {name}, {rows.Count} rows", IsMagnitude ? null
            : "relative to the median of each row",
            rows[0].Row, name);
        return new(name, figure, [new("group_id", name), new("rows", rows.Count.ToString(CultureInfo.InvariantCulture))], IsWide);
    }

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title) =>
        Plot(Bands(batch, row), title, null, row, RowNumbers.Id(batch, row));

    private bool IsMagnitude => Schema.Unit == "mag" || (Schema.Ucd?.StartsWith("phot.mag", StringComparison.OrdinalIgnoreCase) ?? false);

    private SvgFigure Plot(LightCurveArrays[] bands, string title, string? relative, int row, string id)
    {
        if (!bands.Any(band => Enumerable.Range(0, band.Time.Length).Any(band.IsGood)))
            throw Nothing(id, row,
                $"a light curve of {bands.Sum(b => b.Time.Length)} samples, none of which has a time and a value and is unflagged,");
        string quantity = Schema.Name[group.Prefix.Length..];
        return LightCurvePlot.Draw(bands, new()
        {
            Title = bands is [{ Band.Length: > 0 } one] ? $"{title}, {one.Band}" : title,
            WidthPx = settings.WidthPx,
            TimeName = TimeName,
            TimeUnit = "d",
            ValueName = relative is not null ? $"Relative {quantity}" : IsMagnitude ? "Magnitude" : quantity is "flux" ? "Flux" : quantity,
            ValueUnit = relative is not null ? "" : UnitText.Of(Schema.Unit),
            IsMagnitude = IsMagnitude,
            Period = settings.Period,
            Epoch = settings.Epoch,
        });
    }

    private string TimeName
    {
        get
        {
            string clock = time.Reference is { } at && at.StartsWith("BARYCENT", StringComparison.Ordinal) ? "BJD"
                : time.Reference is { } sun && sun.StartsWith("HELIOCEN", StringComparison.Ordinal) ? "HJD" : "JD";
            return time.ZeroMjd == 0 ? $"MJD {time.Scale}{(clock == "JD" ? "" : clock == "BJD" ? " at the barycentre" : ", heliocentric")}"
                : string.Create(CultureInfo.InvariantCulture, $"{clock} − {time.ZeroMjd + TimeWords.JdOfMjdZero:0.#####} {time.Scale}");
        }
    }

    /// <summary>Returns the measurements of each band, without padding.</summary>
    private LightCurveArrays[] Bands(RowBatch batch, int row)
    {
        ReadOnlySpan<int> shape = batch[Schema.Name].ShapeOf(row);
        (int bandCount, int samples) = (shape[0], shape[1]);
        double[] values = RowNumbers.Of(batch[Schema.Name], row), times = RowNumbers.Of(batch[group.TimeColumn], row),
            errors = Of(batch, error, row), masked = Of(batch, mask, row), flags = Of(batch, quality, row);
        if (times.Length != values.Length)
            throw new DatasetInvalidException(Manifest.Name, $"column '{Schema.Name}' has {values.Length} samples in a row, but "
                + $"'{group.TimeColumn}' has {times.Length}", "Run 'pile validate' for all findings");
        string[] names = hasBands ? RowNumbers.Texts(batch, group.BandColumn, row) : [];
        double[] lengths = hasLengths ? RowNumbers.Of(batch[group.LengthColumn], row) : [];
        LightCurveArrays[] bands = new LightCurveArrays[bandCount];
        for (int b = 0; b < bandCount; b++)
        {
            int start = b * samples, count = b < lengths.Length ? Math.Clamp((int)lengths[b], 0, samples) : samples;
            bool IsBad(int i) => (masked.Length > i && masked[i] != 0) || (flags.Length > i && flags[i] != 0);
            bands[b] = new(b < names.Length ? names[b] : "", times[start..(start + count)], values[start..(start + count)],
                errors.Length == values.Length ? errors[start..(start + count)] : [],
                masked.Length + flags.Length == 0 ? [] : [.. Enumerable.Range(start, count).Select(IsBad)]);
        }
        return bands;
    }

    private static LightCurveArrays Relative(LightCurveArrays band)
    {
        double[] good = [.. Enumerable.Range(0, band.Time.Length).Where(band.IsGood).Select(i => band.Value[i]).Order()];
        double median = good.Length == 0 ? double.NaN : good[good.Length / 2];
        return !(Math.Abs(median) > 0) ? band : band with
        {
            Value = Array.ConvertAll(band.Value, v => v / median),
            Error = Array.ConvertAll(band.Error, e => e / Math.Abs(median)),
        };
    }

    private static double[] Of(RowBatch batch, ColumnSchema? column, int row) =>
        column is not null && batch.Find(column.Name) is { } found ? RowNumbers.Of(found, row) : [];

    private static IEnumerable<T> Padded<T>(T[] values, int length, T missing) =>
        values.Length == length ? values : Enumerable.Repeat(missing, length);
}
