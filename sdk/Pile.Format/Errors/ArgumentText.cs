namespace Pile.Format;

/// <summary>The messages of wrong arguments, for people who call no method.</summary>
internal static class ArgumentText
{
    /// <summary>Returns the message without what .NET appends to that of an <see cref="ArgumentException"/>: the name of the parameter,
    /// and its value on a line of its own.</summary>
    internal static string Of(Exception e) =>
        e is ArgumentException { ParamName: { } name }
            && e.Message.IndexOf($" (Parameter '{name}')", StringComparison.Ordinal) is >= 0 and var end ? e.Message[..end] : e.Message;
}
