using Pile.Format;

namespace Pile.Builders.Sources.LightCurve;

/// <summary>The standard columns of light curves, with the types and units of one table.</summary>
internal sealed class LightCurveSchema
{
    private const int Ragged = ColumnSchema.Ragged;
    private static readonly Modality Series = Modality.Get("time-series");

    /// <param name="axis">The axis of the times; null for MJD in the dataset's time scale.</param>
    /// <param name="flux">The dtype and unit of the flux.</param>
    /// <param name="fluxErr">The dtype and unit of the flux error; null without errors.</param>
    /// <param name="quality">The dtype of the flags; null without flags.</param>
    internal LightCurveSchema(TimeAxis? axis, (DType Type, string? Unit) flux, (DType Type, string? Unit)? fluxErr, DType? quality)
    {
        ZeroMjd = axis?.ZeroMjd ?? 0;
        Time = Series.Find("lightcurve_time")!.With(DType.Float64, [Ragged, Ragged]) with { Time = axis };
        Flux = Series.Find("lightcurve_flux")!.With(flux.Type, [Ragged, Ragged], flux.Unit);
        FluxErr = fluxErr is var (type, unit) ? Series.Find("lightcurve_flux_err")!.With(type, [Ragged, Ragged], unit) : null;
        Quality = quality is { } integer ? Series.Find("lightcurve_quality")!.With(integer, [Ragged, Ragged]) : null;
    }

    internal double ZeroMjd { get; }

    internal ColumnSchema Time { get; }

    internal ColumnSchema Flux { get; }

    internal ColumnSchema? FluxErr { get; }

    internal ColumnSchema? Quality { get; }

    internal ColumnSchema Band { get; } = Series.Find("lightcurve_band")!.With(DType.String, [Ragged]);

    internal ColumnSchema Length { get; } = Series.Find("lightcurve_length")!.With(DType.Int32, [Ragged]);

    internal ColumnSchema IntegerId { get; } = Modality.Common.Find("object_id")!.With(DType.Int64, []);

    internal ColumnSchema TextId { get; } = Modality.Common.Find("object_id")!.With(DType.String, []);

    internal ColumnSchema Ra { get; } = Modality.Common.Find("ra")!.With(DType.Float64, []);

    internal ColumnSchema Dec { get; } = Modality.Common.Find("dec")!.With(DType.Float64, []);

    internal ColumnSchema Mjd { get; } = Modality.Common.Find("mjd")!.With(DType.Float64, []) with { Nullable = true };

    internal ColumnSchema MjdEnd { get; } = Modality.Common.Find("mjd_end")!.With(DType.Float64, []) with { Nullable = true };
}
