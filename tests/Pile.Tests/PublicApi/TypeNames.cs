using System.Reflection;

namespace Pile.Tests;

/// <summary>Formats names of types as C#, without namespaces, because type names are unique in the packages.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(decimal)] = "decimal",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>Returns a type with its nullable annotations.</summary>
    internal static string Of(NullabilityInfo info)
    {
        Type type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        string mark = !type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray && info.ElementType is { } element)
            return $"{Of(element)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        bool isNullable = Nullable.GetUnderlyingType(type) is not null;
        return type.IsGenericType && !isNullable && info.GenericTypeArguments.Length == type.GetGenericArguments().Length
            ? Generic(type, [.. info.GenericTypeArguments.Select(Of)]) + mark
            : Of(type) + mark;
    }

    internal static string Of(Type type) => type switch
    {
        { IsGenericParameter: true } => type.Name,
        { IsArray: true } => $"{Of(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]",
        { IsPointer: true } => Of(type.GetElementType()!) + "*",
        { IsByRef: true } => "ref " + Of(type.GetElementType()!),
        _ when Nullable.GetUnderlyingType(type) is { } value => Of(value) + "?",
        _ when Keywords.TryGetValue(type, out string? keyword) => keyword,
        _ => Generic(type, [.. type.GetGenericArguments().Select(Of)]),
    };

    /// <summary>Returns the constraints of type parameters as where clauses.</summary>
    internal static string Constraints(Type[] parameters) => string.Concat(parameters.Where(p => p.IsGenericParameter).Select(Constraint));

    private static string Constraint(Type parameter)
    {
        GenericParameterAttributes special = parameter.GenericParameterAttributes;
        bool isStruct = special.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] parts =
        [
            .. isStruct ? ["struct"] : Array.Empty<string>(),
            .. special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : Array.Empty<string>(),
            .. parameter.GetGenericParameterConstraints().Where(type => type != typeof(ValueType)).Select(Of).Order(StringComparer.Ordinal),
            .. special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : Array.Empty<string>(),
        ];
        return parts.Length > 0 ? $" where {parameter.Name} : {string.Join(", ", parts)}" : "";
    }

    private static string Generic(Type type, string[] arguments)
    {
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
            return $"({string.Join(", ", arguments)})";
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string prefix = type is { IsNested: true, IsGenericParameter: false } ? Generic(type.DeclaringType!, arguments[..outer]) + "." : "";
        string own = string.Join(", ", arguments[outer..]);
        return prefix + type.Name.Split('`')[0] + (own.Length > 0 ? $"<{own}>" : "");
    }
}
