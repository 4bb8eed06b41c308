using System.Text;
using Pile.DuckDb.Native;

namespace Pile.DuckDb;

/// <summary>A value for a <c>?</c> in SQL: int64, double, bool, text or NULL, converted implicitly: <c>[5L, "M31", null]</c>.</summary>
internal readonly struct DuckDbParameter
{
    private readonly Kind kind;
    private readonly long integer;
    private readonly double real;
    private readonly string? text;

    private enum Kind : byte { Null, Integer, Real, Boolean, Text }

    private DuckDbParameter(Kind kind, long integer = 0, double real = 0, string? text = null) =>
        (this.kind, this.integer, this.real, this.text) = (kind, integer, real, text);

    public static implicit operator DuckDbParameter(long value) => new(Kind.Integer, integer: value);

    public static implicit operator DuckDbParameter(double value) => new(Kind.Real, real: value);

    public static implicit operator DuckDbParameter(bool value) => new(Kind.Boolean, integer: value ? 1 : 0);

    public static implicit operator DuckDbParameter(string? value) => value is null ? default : new(Kind.Text, text: value);

    internal DuckDbState Bind(PreparedHandle statement, ulong oneBasedIndex)
    {
        switch (kind)
        {
            case Kind.Integer:
                return DuckDbNative.BindInt64(statement, oneBasedIndex, integer);
            case Kind.Real:
                return DuckDbNative.BindDouble(statement, oneBasedIndex, real);
            case Kind.Boolean:
                return DuckDbNative.BindBoolean(statement, oneBasedIndex, integer != 0);
            case Kind.Text:
                byte[] utf8 = Encoding.UTF8.GetBytes(text!);
                // An empty span would be passed as a null pointer.
                return DuckDbNative.BindVarchar(statement, oneBasedIndex, utf8.Length == 0 ? [0] : utf8, (ulong)utf8.Length);
            default:
                return DuckDbNative.BindNull(statement, oneBasedIndex);
        }
    }
}
