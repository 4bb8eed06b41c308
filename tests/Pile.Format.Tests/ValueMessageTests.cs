namespace Pile.Format.Tests;

public class ValueMessageTests
{
    [Fact]
    public void Messages_about_values_are_one_line_and_keep_the_reason()
    {
        ValueInvalidException e = new("t.csv", 3, "note", "'one\ntwo\r\nthree\u0001'", "a number", "Correct it");
        Assert.Equal("t.csv, row 3, column 'note': 'one two  three ' is not a number. Correct it. Rows are counted from 0.", e.Message);
        Assert.Equal("column 'note': 'one two  three ' is not a number", e.Finding);
    }

    [Fact]
    public void Long_values_are_cut()
    {
        ValueInvalidException e = new("t.csv", 3, "note", $"'{new string('x', 5000)}'", "a number", "Correct it");
        Assert.StartsWith("t.csv, row 3, column 'note': 'xxx", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("x… is not a number. Correct it. Rows are counted from 0.", e.Message, StringComparison.Ordinal);
        Assert.InRange(e.Message.Length, 300, 400);
    }
}
