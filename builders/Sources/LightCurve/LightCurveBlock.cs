using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>Collects light curves into batches.</summary>
internal sealed class LightCurveBlock(LightCurveSchema schema)
{
    private const int MaxSamples = 1 << 18, MaxObjects = 4096; // about 8 MiB of samples

    private readonly List<ObjectId> ids = [];
    private readonly List<double> raDeg = [], decDeg = [], mjd = [], mjdEnd = [], time = [], flux = [], fluxErr = [];
    private readonly List<long> quality = [];
    private readonly List<int> shapes = [], bandCounts = [], lengths = [];
    private readonly List<IReadOnlyList<string>> names = [];

    internal bool IsFull => time.Count >= MaxSamples || ids.Count >= MaxObjects;

    internal int Count => ids.Count;

    /// <summary>Adds an object.</summary>
    /// <param name="id">The id of the object.</param>
    /// <param name="position">The position of the object, ICRS degrees.</param>
    /// <param name="samples">The measurements of the object, in the order of the source.</param>
    /// <param name="bands">The bands of the table.</param>
    internal void Add(ObjectId id, (double RaDeg, double DecDeg) position, List<Sample> samples, BandIndex bands)
    {
        Sample[][] byBand = [.. samples.GroupBy(s => s.Band).OrderBy(g => g.Key, Comparer<int>.Create(bands.Compare))
            .Select(g => InTime([.. g]))];
        int longest = byBand.Max(b => b.Length);
        double first = double.PositiveInfinity, last = double.NegativeInfinity;
        foreach (Sample[] band in byBand)
        {
            foreach (Sample s in band)
            {
                Add(s);
                (first, last) = s.Time < first ? (s.Time, Math.Max(last, s.Time)) : s.Time > last ? (first, s.Time) : (first, last);
            }
            for (int i = band.Length; i < longest; i++)
                Add(default); // padding is 0, as in the Multimodal Universe
            lengths.Add(band.Length);
        }
        ids.Add(id);
        raDeg.Add(position.RaDeg);
        decDeg.Add(position.DecDeg);
        mjd.Add(first <= last ? first + schema.ZeroMjd : double.NaN);
        mjdEnd.Add(first <= last ? last + schema.ZeroMjd : double.NaN);
        shapes.AddRange([byBand.Length, longest]);
        bandCounts.Add(byBand.Length);
        names.Add([.. byBand.Select(b => bands.NameOf(b[0].Band))]);
    }

    /// <summary>Returns the objects as a batch and empties the block.</summary>
    internal RowBatch Take()
    {
        int[] rowShapes = [.. shapes];
        List<ColumnData> columns =
        [
            ids[0].IsText ? TextColumnData.From(schema.TextId, [.. ids.Select(id => id.Text)])
                : new ColumnData<long>(schema.IntegerId, ids.Select(id => id.Number).ToArray()),
            new ColumnData<double>(schema.Ra, raDeg.ToArray()),
            new ColumnData<double>(schema.Dec, decDeg.ToArray()),
            Instant(schema.Mjd, mjd),
            Instant(schema.MjdEnd, mjdEnd),
            new ColumnData<double>(schema.Time, time.ToArray(), rowShapes),
            Floats(schema.Flux, flux, rowShapes),
        ];
        if (schema.FluxErr is { } err)
            columns.Add(Floats(err, fluxErr, rowShapes));
        if (schema.Quality is { } flags)
            columns.Add(flags.DType == DType.Int32 ? new ColumnData<int>(flags, quality.ConvertAll(v => (int)v).ToArray(), rowShapes)
                : new ColumnData<long>(flags, quality.ToArray(), rowShapes));
        columns.Add(TextColumnData.FromLists(schema.Band, names));
        columns.Add(new ColumnData<int>(schema.Length, lengths.ToArray(), [.. bandCounts]));
        Clear();
        return new RowBatch(columns);
    }

    /// <summary>Returns the samples in ascending order of time.</summary>
    /// <remarks>Samples without a time keep their positions if the others are sorted already; otherwise they are last.</remarks>
    private static Sample[] InTime(Sample[] samples)
    {
        double last = double.NegativeInfinity;
        foreach (Sample s in samples)
        {
            if (s.Time < last)
                return [.. samples.OrderBy(x => double.IsNaN(x.Time)).ThenBy(x => x.Time)];
            last = double.IsNaN(s.Time) ? last : s.Time;
        }
        return samples;
    }

    private static ColumnData<double> Instant(ColumnSchema column, List<double> values)
    {
        bool[] isNull = [.. values.Select(double.IsNaN)];
        return new(column, values.ToArray(), isNull.Contains(true) ? isNull : default(ReadOnlyMemory<bool>));
    }

    private static ColumnData Floats(ColumnSchema column, List<double> values, int[] shapes) => column.DType == DType.Float32
        ? new ColumnData<float>(column, values.ConvertAll(v => (float)v).ToArray(), shapes)
        : new ColumnData<double>(column, values.ToArray(), shapes);

    private void Add(Sample s)
    {
        time.Add(s.Time);
        flux.Add(s.Flux);
        if (schema.FluxErr is not null)
            fluxErr.Add(s.FluxErr);
        if (schema.Quality is not null)
            quality.Add(s.Quality);
    }

    private void Clear()
    {
        foreach (List<double> list in (List<double>[])[raDeg, decDeg, mjd, mjdEnd, time, flux, fluxErr])
            list.Clear();
        foreach (List<int> list in (List<int>[])[shapes, bandCounts, lengths])
            list.Clear();
        ids.Clear();
        quality.Clear();
        names.Clear();
    }
}
