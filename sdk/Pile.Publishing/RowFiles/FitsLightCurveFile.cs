using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A column of a light curve as a FITS table with one row per
/// measurement; for the flux or the times, the whole light curve.</summary>
/// <remarks>The columns are named as in lightkurve and astropy: <c>time</c>, <c>flux</c>, <c>flux_err</c>, then the others, and
/// <c>band</c>. Measurements are ordered by band. The times have the keywords of FITS 4.0, section 9. Padding is omitted.</remarks>
internal sealed class FitsLightCurveFile : FitsRowFile
{
    private const string TimeUnit = "d"; // SCHEMA.md §7

    private readonly LightCurveGroup group;
    private readonly TimeAxis time;
    private readonly ImmutableArray<string> measurements;
    private readonly bool hasBands, hasLengths;

    /// <exception cref="ArgumentException">The column's name is too long.</exception>
    internal FitsLightCurveFile(Manifest manifest, ViewColumns view, ColumnSchema schema, LightCurveGroup group)
        : base(manifest, view, schema)
    {
        this.group = group;
        time = view.FindExact(group.TimeColumn)!.Time!;
        string name = FitsText.Name(schema.Name[group.Prefix.Length..]);
        measurements = name is "flux" or "time" ? [.. group.Measurements(view)] : [schema.Name];
        hasBands = view.FindExact(group.BandColumn) is { DType: DType.String, Shape.Length: 1 };
        hasLengths = view.FindExact(group.LengthColumn) is { DType: DType.Int32, Shape.Length: 1 };
    }

    internal override IEnumerable<string> Companions =>
        [.. base.Companions, group.TimeColumn, .. measurements, .. hasBands ? [group.BandColumn] : (string[])[],
            .. hasLengths ? [group.LengthColumn] : (string[])[]];

    internal override void Check(RowBatch batch, int row)
    {
        ReadOnlySpan<int> shape = batch[Schema.Name].ShapeOf(row);
        if (batch[group.TimeColumn].IsNullAt(row))
            throw Invalid($"column '{Schema.Name}' has a value in a row, but '{group.TimeColumn}' is null");
        foreach (string companion in measurements.Append(group.TimeColumn))
            if (batch[companion] is var column && !column.IsNullAt(row) && !column.ShapeOf(row).SequenceEqual(shape))
                throw Invalid($"column '{Schema.Name}' has the shape [{string.Join(", ", shape.ToArray())}] in a row, but '{companion}' "
                    + $"has [{string.Join(", ", column.ShapeOf(row).ToArray())}]");
        if (hasBands && Bands(batch, row).Length is var bands && bands != shape[0])
            throw Invalid($"column '{Schema.Name}' has {shape[0]} bands in a row, but '{group.BandColumn}' has {bands}");
        if (hasBands && Bands(batch, row).FirstOrDefault(band => !FitsText.IsPlain(band)) is { } text)
            throw new ValueInvalidException(Manifest.Name, row, group.BandColumn, $"'{text}'",
                "printable ASCII, the only text that FITS supports", "Use format npy or json");
        if (!hasLengths || batch[group.LengthColumn].IsNullAt(row))
            return;
        ReadOnlySpan<int> lengths = ((ColumnData<int>)batch[group.LengthColumn]).Row(row);
        if (lengths.Length != shape[0] || lengths.ContainsAnyExceptInRange(0, shape[1]))
            throw Invalid($"column '{Schema.Name}' has {shape[0]} bands of up to {shape[1]} samples in a row, but '{group.LengthColumn}' "
                + $"is [{string.Join(", ", lengths.ToArray())}]");
    }

    private protected override void WriteValues(FitsWriter writer, RowBatch batch, int row)
    {
        ImmutableArray<Range> samples = Samples(batch, row);
        FitsTableColumn times = new("time", batch[group.TimeColumn], row)
        {
            Parts = samples,
            Unit = TimeUnit,
            Description = $"days since MJDREF, {time.Scale}"
        };
        List<FitsTableColumn> columns = [times];
        foreach (string name in measurements)
            if (!batch[name].IsNullAt(row))
                columns.Add(new FitsTableColumn(FitsText.Name(name[group.Prefix.Length..]), batch[name], row) { Parts = samples });
        List<FitsColumnDefinition> definitions = [.. columns.Select(c => c.Definition())];
        string[] bands = hasBands ? Bands(batch, row) : [];
        if (hasBands)
            definitions.Add(new FitsColumnDefinition("band", FitsTypes.Of(DType.String))
            {
                Width =
                Math.Max(1, bands.Max(b => (int?)b.Length) ?? 0),
                Description = "band of the measurement"
            });
        FitsTableWriter table = writer.BeginTable("LIGHTCURVE", [.. definitions], times.Length, TimeCards());
        for (int i = 0; i < columns.Count; i++)
            columns[i].WriteTo(table, i);
        if (hasBands)
            table.WriteText(columns.Count, 0,
                [.. bands.SelectMany((band, i) => Enumerable.Repeat(band, samples[i].End.Value - samples[i].Start.Value))]);
    }

    /// <summary>Returns the ranges of the row's elements that are measurements of each band.</summary>
    private ImmutableArray<Range> Samples(RowBatch batch, int row)
    {
        ReadOnlySpan<int> shape = batch[Schema.Name].ShapeOf(row);
        ReadOnlySpan<int> lengths = hasLengths && !batch[group.LengthColumn].IsNullAt(row)
            ? ((ColumnData<int>)batch[group.LengthColumn]).Row(row) : [];
        ImmutableArray<Range>.Builder samples = ImmutableArray.CreateBuilder<Range>(shape[0]);
        for (int band = 0; band < shape[0]; band++)
            samples.Add((band * shape[1])..((band * shape[1]) + (lengths.IsEmpty ? shape[1] : lengths[band])));
        return samples.DrainToImmutable();
    }

    /// <summary>Returns the keywords of time coordinates (FITS 4.0, section 9.2), for the table and its column of times.</summary>
    private FitsCard[] TimeCards()
    {
        List<FitsCard> cards =
        [
            FitsCard.Text("TIMESYS", time.Scale, "time scale"), FitsCard.Real("MJDREF", time.ZeroMjd, "[d] MJD of time 0"),
            FitsCard.Text("TIMEUNIT", TimeUnit),
            FitsCard.Text("TCTYP1", time.Scale), FitsCard.Text("TCUNI1", TimeUnit),
        ];
        if (time.Reference is { } reference)
            cards.AddRange([FitsCard.Text("TREFPOS", FitsText.Prose(reference), "where times are measured"),
                FitsCard.Text("TRPOS1", FitsText.Prose(reference))]);
        return [.. cards];
    }

    private string[] Bands(RowBatch batch, int row)
    {
        TextColumnData bands = (TextColumnData)batch[group.BandColumn];
        return [.. Enumerable.Range(0, bands.ElementsOf(row)).Select(i => bands.Text(row, i))];
    }

    private DatasetInvalidException Invalid(string finding) => new(Manifest.Name, finding, "Run 'pile validate' for all findings");
}
