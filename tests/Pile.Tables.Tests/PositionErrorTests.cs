using Pile.TestKit;

namespace Pile.Tables.Tests;

/// <summary>Messages about tables without positions that could be used.</summary>
public sealed class PositionErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("t.fits", "The table 'REDSHIFTS' is read; the file has others, 'FIBERMAP', '3', which 't.fits#FIBERMAP' names.")]
    [InlineData("t.vot", "The table 'REDSHIFTS' is read; the file has another, 'J/A+A/1/fibermap', which 't.vot#J/A+A/1/fibermap' names.")]
    public void An_error_about_missing_positions_names_the_other_tables_of_the_file(string name, string note)
    {
        Python.Run("""
            import sys, warnings
            warnings.simplefilter('ignore')
            from astropy.io import fits
            from astropy.table import Table
            z, f = Table({'TARGETID': [1, 2], 'Z': [.1, .2]}), Table({'TARGETID': [1, 2], 'TARGET_RA': [10., 20], 'TARGET_DEC': [1., 2]})
            fits.HDUList([fits.PrimaryHDU()] + [fits.BinTableHDU(t, name=n) for t, n in ((z, 'REDSHIFTS'), (f, 'FIBERMAP'), (z, ''))]
                ).writeto(sys.argv[1] + '/t.fits')
            """, folder.Path);
        File.WriteAllText(folder["t.vot"], """
            <VOTABLE version="1.4"><RESOURCE>
            <TABLE name="REDSHIFTS"><FIELD name="z" datatype="double"/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>
            <TABLE name="J/A+A/1/fibermap"><FIELD name="ra" datatype="double"/><FIELD name="dec" datatype="double"/>
            <DATA><TABLEDATA><TR><TD>10</TD><TD>1</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
            """);
        Assert.EndsWith(note, ErrorOf(name), StringComparison.Ordinal);
        string other = note.Split('\'')[^2].Split('#')[1];
        using ITableReader named = Tables.Open($"{folder[name]}#{other}");
        Assert.EndsWith("dec", PositionColumns.Find(named).Dec.Name, StringComparison.OrdinalIgnoreCase);
    }

    [Fact] // the option colfits-basic of STILTS writes a catalogue as one row of arrays
    public void An_error_about_missing_positions_names_columns_of_arrays()
    {
        Python.Run("""
            import sys
            import numpy as np
            from astropy.table import Table
            Table({'ra': np.array([[1., 2, 3]]), 'dec': np.array([[4., 5, 6]])}).write(sys.argv[1])
            """, folder["t.fits"]);
        Assert.Equal("No column looks like right ascension. Specify it with PositionOptions.RaColumn. 'ra' has arrays. If they are the "
            + "columns of a catalogue in one row (colfits), convert the file to one row for each object. The columns are ra, dec.",
            ErrorOf("t.fits"));
    }

    [Fact]
    public void Positions_of_a_match_are_found_by_name_as_by_UCD()
    {
        File.WriteAllText(folder["t.csv"], "a_object_id,b_object_id,a_ra,a_dec,b_ra,b_dec\n1,2,10,1,10,1\n");
        Assert.Equal("Several columns could be right ascension: a_ra, b_ra. Specify it with PositionOptions.RaColumn.", ErrorOf("t.csv"));
        File.WriteAllText(folder["t.csv"], "a_object_id,group_id,a_ra,a_dec\n1,1,10,1\n");
        using ITableReader groups = Tables.Open(folder["t.csv"]);
        Assert.Equal("a_ra a_dec", $"{PositionColumns.Find(groups).Ra.Name} {PositionColumns.Find(groups).Dec.Name}");
        File.WriteAllText(folder["t.csv"], "e_ra,e_dec\n1,1\n"); // errors
        Assert.StartsWith("No column looks like right ascension.", ErrorOf("t.csv"), StringComparison.Ordinal);
    }

    private string ErrorOf(string name)
    {
        using ITableReader table = Tables.Open(folder[name]);
        return Assert.Throws<ArgumentException>(() => PositionColumns.Find(table)).Message;
    }
}
