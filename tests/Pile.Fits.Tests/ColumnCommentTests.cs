using Pile.TestKit;

namespace Pile.Fits.Tests;

/// <summary>Comments on the names of columns as written by several programs, written here with astropy.</summary>
public class ColumnCommentTests
{
    [Theory]
    [InlineData("Field label|Field label|Field label", "||")] // HEASARC
    [InlineData("label for field   1|label for field   2|label for field   3", "||")] // cfitsio
    [InlineData("Type (heading) of field 1|Type (heading) of field 2|Type (heading) of field 3", "||")] // MIDAS
    [InlineData("a comment of some program 1|a comment of some program 2|right ascension", "||right ascension")]
    [InlineData("name|magnitude error|magnitude", "name|magnitude error|magnitude")]
    [InlineData("object|error of mag|error of mag|mag 1|mag 2 of 3|colour", "object|error of mag|error of mag|mag 1|mag 2 of 3|colour")]
    [InlineData("label for column 1", "")]
    [InlineData("apparent magnitude", "apparent magnitude")]
    public void Only_a_distinct_comment_describes_a_column(string comments, string expected)
    {
        using TemporaryFolder folder = new();
        Python.Run("""
            import sys
            from astropy.io import fits
            comments = sys.argv[2].split('|')
            table = fits.BinTableHDU.from_columns([fits.Column(f'c{i}', 'E', array=[1.0]) for i in range(len(comments))])
            for i, comment in enumerate(comments):
                table.header.comments[f'TTYPE{i + 1}'] = comment
            table.writeto(sys.argv[1])
            """, folder["t.fits"], comments);
        using FitsFile file = FitsFile.OpenRead(folder["t.fits"]);
        Assert.Equal(expected, string.Join('|', file.Hdu(1).Table().Columns.Select(c => c.Description)));
    }
}
