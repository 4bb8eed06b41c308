using Pile.Fits;
using Pile.Format;

namespace Pile.Publishing;

/// <summary>A FITS file of one row: an empty primary HDU with the id,
/// position and provenance of the observation, then the values.</summary>
internal abstract class FitsRowFile(Manifest manifest, ViewColumns view, ColumnSchema schema) : RowFile(schema)
{
    private readonly string[] position = manifest.Frame == Manifest.Icrs && view.FindExact("ra") is { DType: DType.Float64 }
        && view.FindExact("dec") is { DType: DType.Float64 }
        ? ["ra", "dec"] : [];

    protected Manifest Manifest { get; } = manifest;

    internal sealed override string Ending => "fits";

    internal override IEnumerable<string> Companions => position;

    internal sealed override void Write(string path, RowBatch batch, int row)
    {
        using FitsWriter writer = FitsWriter.Create(path);
        writer.WriteImage<byte>([], [], null, PrimaryCards(batch, row));
        WriteValues(writer, batch, row);
        writer.Close();
    }

    /// <summary>Writes the HDUs after the primary one.</summary>
    private protected abstract void WriteValues(FitsWriter writer, RowBatch batch, int row);

    private List<FitsCard> PrimaryCards(RowBatch batch, int row)
    {
        List<FitsCard> cards = batch[RowFiles.IdColumn] switch
        {
            ColumnData<long> ids => [FitsCard.Integer("OBJECTID", ids.Row(row)[0], "object_id")],
            TextColumnData ids when FitsText.IsPlain(ids.Text(row)) => [FitsCard.Text("OBJECTID", ids.Text(row), "object_id")],
            TextColumnData ids => [FitsCard.Text("OBJECTID", ColumnNames.ToFileName(ids.Text(row)), "object_id, percent-encoded UTF-8")],
            _ => [],
        };
        if (position.Length > 0)
        {
            cards.Add(FitsCard.Real("RA", ((ColumnData<double>)batch["ra"]).Row(row)[0], "[deg] right ascension"));
            cards.Add(FitsCard.Real("DEC", ((ColumnData<double>)batch["dec"]).Row(row)[0], "[deg] declination"));
            cards.Add(FitsCard.Text("RADESYS", Format.Manifest.Icrs));
        }
        Provenance provenance = Manifest.Provenance;
        cards.Add(FitsCard.Text("PROJECT", FitsText.Prose(provenance.Project)));
        cards.Add(FitsCard.Text("SURVEY", FitsText.Prose(provenance.Survey)));
        cards.Add(FitsCard.Text("INSTRUME", FitsText.Prose(provenance.Instrument)));
        cards.Add(FitsCard.Text("RELEASE", FitsText.Prose(provenance.Release)));
        cards.Add(FitsCard.Text("LICENCE", FitsText.Prose(provenance.Licence)));
        cards.Add(FitsCard.Text("REFERENC", FitsText.Prose(provenance.Citation)));
        cards.Add(FitsCard.Text("DATASET", FitsText.Prose(Manifest.Name), "dataset this row was read from"));
        cards.Add(FitsCard.Text("DATASETV", FitsText.Prose(Manifest.Version), "its version"));
        return cards;
    }
}
