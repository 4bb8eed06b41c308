using System.Text;

namespace Pile.Drawing;

/// <summary>The outline of a shape or a line, piece by piece.</summary>
internal sealed class SvgPath
{
    private readonly StringBuilder text = new();

    public bool IsEmpty => text.Length == 0;

    public SvgPath MoveTo(double x, double y) => Add('M', x, y);

    public SvgPath LineTo(double x, double y) => Add('L', x, y);

    public SvgPath Close()
    {
        text.Append('Z');
        return this;
    }

    /// <summary>Adds a point, which is drawn as a dot with round line caps.</summary>
    public SvgPath Dot(double x, double y)
    {
        Add('M', x, y);
        text.Append("h0");
        return this;
    }

    public override string ToString() => text.ToString();

    private SvgPath Add(char command, double x, double y)
    {
        text.Append(command).Append(XmlText.Number(x)).Append(' ').Append(XmlText.Number(y));
        return this;
    }
}
