using System.Globalization;

namespace Pile.Format;

/// <summary>The identifier of one observation: a 64-bit integer or text, as in the survey.</summary>
/// <remarks>Sorted numerically or by the UTF-8 bytes of the text, like the index. All ids of a dataset are of the same kind.</remarks>
public readonly struct ObjectId : IEquatable<ObjectId>, IComparable<ObjectId>
{
    private readonly string? text;
    private readonly long number;

    /// <summary>Creates an integer id.</summary>
    public ObjectId(long number) => this.number = number;

    /// <summary>Creates a text id.</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public ObjectId(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        this.text = text;
    }

    /// <summary>True for a text id.</summary>
    public bool IsText => text is not null;

    /// <summary>The number of an integer id.</summary>
    /// <exception cref="InvalidOperationException">The id is text.</exception>
    public long Number => text is null ? number : throw new InvalidOperationException($"The id '{text}' is text, not a number.");

    /// <summary>The text of a text id.</summary>
    /// <exception cref="InvalidOperationException">The id is a number.</exception>
    public string Text => text ?? throw new InvalidOperationException($"The id {number} is a number, not text.");

    /// <summary>Creates an id from an integer.</summary>
    public static implicit operator ObjectId(long number) => new(number);

    /// <summary>Creates an id from text.</summary>
    public static implicit operator ObjectId(string text) => new(text);

    /// <summary>Returns true if both identify the same observation.</summary>
    public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

    /// <summary>Returns true if they identify different observations.</summary>
    public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

    /// <summary>Compares in the order of the index.</summary>
    public static bool operator <(ObjectId left, ObjectId right) => left.CompareTo(right) < 0;

    /// <summary>Compares in the order of the index.</summary>
    public static bool operator >(ObjectId left, ObjectId right) => left.CompareTo(right) > 0;

    /// <summary>Compares in the order of the index.</summary>
    public static bool operator <=(ObjectId left, ObjectId right) => left.CompareTo(right) <= 0;

    /// <summary>Compares in the order of the index.</summary>
    public static bool operator >=(ObjectId left, ObjectId right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public bool Equals(ObjectId other) => number == other.number && string.Equals(text, other.text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ObjectId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => text is null ? number.GetHashCode() : text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(ObjectId other) =>
        text is null && other.text is null ? number.CompareTo(other.number)
        : text is null ? -1
        : other.text is null ? 1
        : CompareUtf8(text, other.text);

    /// <inheritdoc/>
    public override string ToString() => text ?? number.ToString(CultureInfo.InvariantCulture);

    // UTF-16 order differs from UTF-8 order between surrogates and code units above them.
    private static int CompareUtf8(string left, string right)
    {
        int common = Math.Min(left.Length, right.Length);
        for (int i = 0; i < common; i++)
        {
            char a = left[i], b = right[i];
            if (a != b)
                return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
        }
        return left.Length.CompareTo(right.Length);
    }
}
