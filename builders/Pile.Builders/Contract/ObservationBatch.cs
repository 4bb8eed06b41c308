using Pile.Format;

namespace Pile.Builders;

/// <summary>Makes a batch of single observations.</summary>
public static class ObservationBatch
{
    private static readonly ModalityColumn Id = Modality.Common.Find("object_id")!, Ra = Modality.Common.Find("ra")!, Dec = Modality.Common.Find("dec")!;

    /// <summary>One observation as a batch of one row: its id, its position, then its columns. Nothing is copied.</summary>
    public static RowBatch Of(Observation observation)
    {
        ColumnData id = observation.ObjectId.IsText
            ? TextColumnData.From(Id.With(DType.String, []), [observation.ObjectId.Text])
            : new ColumnData<long>(Id.With(DType.Int64, []), new[] { observation.ObjectId.Number });
        return new RowBatch([
            id,
            new ColumnData<double>(Ra.With(DType.Float64, []), new[] { observation.RaDeg }),
            new ColumnData<double>(Dec.With(DType.Float64, []), new[] { observation.DecDeg }),
            .. observation.Columns,
        ]);
    }
}
