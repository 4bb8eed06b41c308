using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.SdssSpectrum;

/// <summary>The row of SPECOBJ or SPALL: id, position and all columns of the object.</summary>
internal sealed class CatalogueRow
{
    private const string SpecObjIdName = "SPECOBJID", ThingIdName = "THING_ID", ObjIdName = "OBJID";

    private readonly SpecFile file;
    private readonly FitsTable table;

    /// <summary>Reads id and position.</summary>
    /// <exception cref="FitsException">A column is missing.</exception>
    /// <exception cref="ValueInvalidException">The id is not a number, or the position is out of range.</exception>
    internal CatalogueRow(SpecFile file)
    {
        (this.file, table) = (file, file.Catalogue);
        SpecObjId = ReadSpecObjId();
        (PlugRaDeg, PlugDecDeg) = (ReadDegrees("PLUG_RA", 0, 360), ReadDegrees("PLUG_DEC", -90, 90));
    }

    /// <summary>SPECOBJID in decimal.</summary>
    /// <remarks>SPECOBJ stores it as text padded with blanks, SPALL as a signed 64-bit integer, which is negative from plate 8192
    /// on.</remarks>
    internal string SpecObjId { get; }

    /// <summary>Right ascension of the fibre, degrees. RA and DEC in the header are the pointing of the telescope.</summary>
    internal double PlugRaDeg { get; }

    /// <summary>Declination of the fibre, degrees.</summary>
    internal double PlugDecDeg { get; }

    /// <summary>Returns <c>group_id</c>: THING_ID, which all spectra of an object share; null if it is not positive.</summary>
    /// <remarks>SPECOBJ has no such column.</remarks>
    internal IEnumerable<ColumnData> GroupId()
    {
        if (!table.TryColumn(ThingIdName, out FitsColumn? column) || column is not { Type: FitsType.Int32 or FitsType.Int64, Repeat: 1 })
            return [];
        long[] thing = [0];
        table.Read<long>(column, 0, 1, thing);
        ColumnSchema schema = Modality.Common.Find("group_id")!.With(DType.Int64, []) with { Nullable = true };
        return [new ColumnData<long>(schema, new[] { Math.Max(thing[0], 0) }, new[] { thing[0] <= 0 })];
    }

    /// <summary>Returns every column of the catalogue.</summary>
    /// <remarks>A name that is already used, or has another meaning in the other catalogue, is prefixed with the name of the HDU.</remarks>
    /// <param name="others">The other columns of the observation.</param>
    internal IEnumerable<ColumnData> Native(IEnumerable<ColumnData> others)
    {
        HashSet<string> taken = [.. others.Select(c => c.Schema.Name), .. Modality.Common.Columns.Select(c => c.Name)];
        foreach (FitsColumn column in table.Columns)
        {
            // OBJID is the vector (run, rerun, camcol, field, id) in SPECOBJ, and text in SPALL.
            bool isOther = column.Name == ObjIdName && column.Type is FitsType.Text;
            string name = isOther || taken.Contains(column.Name) ? $"{file.CatalogueName}_{column.Name}" : column.Name;
            yield return column.Name == SpecObjIdName
                ? TextColumnData.From(FitsNative.Schema(column, name) with { DType = DType.String, Shape = [] }, [SpecObjId])
                : FitsNative.Read(file.Path, table, column, name);
        }
    }

    private string ReadSpecObjId()
    {
        FitsColumn column = table.Column(SpecObjIdName);
        if (column.Type is FitsType.Text)
        {
            string[] text = [""];
            table.ReadText(column, 0, 1, text);
            string id = text[0].Trim();
            return ulong.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? id
                : throw Invalid(SpecObjIdName, $"'{text[0]}'", "a decimal number");
        }
        if (column.Type is FitsType.UInt64)
        {
            ulong[] number = [0];
            table.Read<ulong>(column, 0, 1, number);
            return number[0].ToString(CultureInfo.InvariantCulture);
        }
        long[] bits = [0];
        table.Read<long>(column, 0, 1, bits);
        return unchecked((ulong)bits[0]).ToString(CultureInfo.InvariantCulture);
    }

    private double ReadDegrees(string name, double least, double most)
    {
        double[] degrees = [double.NaN];
        table.Read<double>(table.Column(name), 0, 1, degrees);
        return degrees[0] >= least && degrees[0] <= most ? degrees[0] == 360 ? 0 : degrees[0]
            : throw Invalid(name, degrees[0].ToString("R", CultureInfo.InvariantCulture), $"an angle of {least} to {most} degrees");
    }

    private ValueInvalidException Invalid(string column, string value, string expected) =>
        new($"{file.Path}, HDU {file.CatalogueName}", 0, column, value, expected,
            "Leave out this file, or download it again from data.sdss.org");
}
